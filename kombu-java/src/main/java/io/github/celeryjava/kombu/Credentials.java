package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

/**
 * Who connects. Printed without the password.
 *
 * @param user user name
 * @param password password or token, in the clear
 */
public record Credentials(String user, String password) {

  public Credentials {
    requireNonNull(user, "user");
    requireNonNull(password, "password");
  }

  @Override
  public String toString() {
    return "Credentials[user=" + user + ", password=**]";
  }
}
