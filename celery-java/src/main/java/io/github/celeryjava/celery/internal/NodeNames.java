package io.github.celeryjava.celery.internal;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.internal.Internal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Names of processes in a cluster: {@code name@host}. Immutable and thread-safe.
 *
 * <p>Source: {@code celery/utils/nodenames.py}.
 *
 * @param host this machine's name, as peers see it
 * @param pid this process's id
 */
@Internal
public record NodeNames(String host, long pid) {

  private static final String DEFAULT_NAME = "celery";
  private static final Path LINUX_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** Checks that the host has a name. */
  public NodeNames {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("host must not be empty");
    }
  }

  /** Names for this process on this machine; reads the machine's name once. */
  public static NodeNames ofThisProcess() {
    return new NodeNames(localHost(), ProcessHandle.current().pid());
  }

  /** {@code gen<pid>@<host>}: the name of a process that is no worker, as in header origin. */
  public String anonymous() {
    return "gen" + pid + "@" + host;
  }

  /**
   * The worker's name for {@code given}, with {@code celery} and this host for what it leaves out.
   * Abbreviations are replaced as by {@link #expand}, but that {@code %n} is this host's name
   * without domain, for there is no other name yet.
   *
   * @throws IllegalArgumentException if it has an unknown abbreviation
   */
  public String worker(String given) {
    int dot = host.indexOf('.');
    String shortHost = dot < 0 ? host : host.substring(0, dot);
    return expand(nameOf(given, DEFAULT_NAME) + "@" + hostOf(given), shortHost + "@" + host);
  }

  /**
   * Replaces the abbreviations of Celery's command line in {@code text}: {@code %h} host name with
   * domain, {@code %n} name before the {@code @}, {@code %d} domain, {@code %p} whole node name,
   * {@code %i} and {@code %I} the index of a pool process (this process is the only one: {@code 0}
   * and nothing), {@code %%} a percent sign.
   *
   * @param text pattern; an {@code @} in it means nothing special
   * @param node the node's name, {@code name@host} or a host alone
   * @throws IllegalArgumentException if {@code text} has an unknown abbreviation
   */
  public String expand(String text, String node) {
    String host = hostOf(node);
    int dot = host.indexOf('.');
    StringBuilder expanded = new StringBuilder(text.length() + 32);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%' || i + 1 == text.length()) {
        expanded.append(c);
        continue;
      }
      char key = text.charAt(++i);
      switch (key) {
        case 'h' -> expanded.append(host);
        case 'n' -> expanded.append(nameOf(node, DEFAULT_NAME));
        case 'd' -> expanded.append(dot < 0 ? "" : host.substring(dot + 1));
        case 'p' -> expanded.append(node);
        case 'i' -> expanded.append('0');
        case 'I' -> {}
        case '%' -> expanded.append('%');
        default ->
            throw new IllegalArgumentException(
                "unknown abbreviation %" + key + " in '" + text + "'");
      }
    }
    return expanded.toString();
  }

  private static String nameOf(String node, String otherwise) {
    int at = requireNonNull(node, "node").indexOf('@');
    return at <= 0 ? otherwise : node.substring(0, at);
  }

  private String hostOf(String node) {
    String given = node.substring(node.indexOf('@') + 1);
    return given.isEmpty() ? host : given;
  }

  private static String localHost() {
    String name = linuxHostName();
    if (name != null) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // A machine without a resolvable name still has to send tasks.
    }
  }

  // Asking the resolver, as InetAddress does, can take seconds where the network is set up badly.
  private static @Nullable String linuxHostName() {
    try {
      String name = Files.readString(LINUX_HOST_NAME).strip();
      return name.isEmpty() ? null : name;
    } catch (IOException e) {
      return null;
    }
  }
}
