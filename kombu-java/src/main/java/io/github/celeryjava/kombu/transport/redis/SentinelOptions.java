package io.github.celeryjava.kombu.transport.redis;

import static java.util.Objects.requireNonNull;

import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What sentinels are asked, and how one logs in on them.
 *
 * @param masterName the name they know the master by
 * @param minOtherSentinels how many others one of them must know, to be believed
 * @param user user of the sentinels; null for the default user
 * @param password password of the sentinels; null for none
 * @param tls TLS of the sentinels; null for none
 * @param verifyHostname whether their certificates must name the host
 */
record SentinelOptions(
    String masterName,
    int minOtherSentinels,
    @Nullable String user,
    @Nullable String password,
    @Nullable SSLContext tls,
    boolean verifyHostname) {

  SentinelOptions {
    requireNonNull(masterName, "masterName");
  }

  @Override
  public String toString() {
    return "SentinelOptions[" + masterName + "]"; // never the password
  }
}
