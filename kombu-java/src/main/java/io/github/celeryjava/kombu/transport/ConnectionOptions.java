package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to talk to a broker, whichever URL it is reached by. Immutable and thread-safe; {@link
 * #builder()} is the only way in.
 */
public final class ConnectionOptions {

  private static final ConnectionOptions DEFAULTS = builder().build();

  /** Keys and trust that stay the same. */
  private record Unchanging(SSLContext get) implements Supplier<SSLContext> {}

  private final Duration connectTimeout;
  private final Duration callTimeout;
  private final Duration heartbeat;
  private final boolean confirms;
  private final boolean verifyHostname;
  private final @Nullable String tlsServerName;
  private final String loginMethod;
  private final @Nullable String clientName;
  private final @Nullable Supplier<SSLContext> tls;
  private final Map<String, @Nullable Object> transportOptions;
  private final boolean transportOptionsInUrl;

  private ConnectionOptions(Builder builder) {
    connectTimeout = builder.connectTimeout;
    callTimeout = builder.callTimeout;
    heartbeat = builder.heartbeat;
    confirms = builder.confirms;
    verifyHostname = builder.verifyHostname;
    tlsServerName = builder.tlsServerName;
    loginMethod = builder.loginMethod;
    clientName = builder.clientName;
    tls = builder.tls;
    transportOptions = Collections.unmodifiableMap(new LinkedHashMap<>(builder.transportOptions));
    transportOptionsInUrl = builder.transportOptionsInUrl;
  }

  /** Starts from the defaults named at each setter. */
  public static Builder builder() {
    return new Builder();
  }

  /** All defaults. */
  public static ConnectionOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  public Duration connectTimeout() {
    return connectTimeout;
  }

  public Duration callTimeout() {
    return callTimeout;
  }

  public Duration heartbeat() {
    return heartbeat;
  }

  public boolean confirms() {
    return confirms;
  }

  public boolean verifyHostname() {
    return verifyHostname;
  }

  public @Nullable String tlsServerName() {
    return tlsServerName;
  }

  public String loginMethod() {
    return loginMethod;
  }

  public @Nullable String clientName() {
    return clientName;
  }

  /** Keys and trust as they are now, for one connection; null for what the scheme says. */
  public @Nullable SSLContext tls() {
    return tls == null ? null : requireNonNull(tls.get(), "tls");
  }

  public Map<String, @Nullable Object> transportOptions() {
    return transportOptions;
  }

  public boolean transportOptionsInUrl() {
    return transportOptionsInUrl;
  }

  /** Whether all options are the same; the source of keys and trust counts as itself. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConnectionOptions that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** Without transport options, in which there can be passwords. */
  @Override
  public String toString() {
    return "ConnectionOptions[connectTimeout="
        + connectTimeout
        + ", callTimeout="
        + callTimeout
        + ", heartbeat="
        + heartbeat
        + ", confirms="
        + confirms
        + ", clientName="
        + clientName
        + "]";
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(
        connectTimeout,
        callTimeout,
        heartbeat,
        confirms,
        verifyHostname,
        tlsServerName,
        loginMethod,
        clientName,
        tls,
        transportOptions,
        transportOptionsInUrl);
  }

  /** Collects settings for one {@link ConnectionOptions}; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration callTimeout = Duration.ofSeconds(10);
    private Duration heartbeat = Duration.ofSeconds(30);
    private boolean confirms = true;
    private boolean verifyHostname = true;
    private @Nullable String tlsServerName;
    private String loginMethod = "PLAIN";
    private @Nullable String clientName;
    private @Nullable Supplier<SSLContext> tls;
    private final Map<String, @Nullable Object> transportOptions = new LinkedHashMap<>();
    private boolean transportOptionsInUrl;

    private Builder() {}

    private Builder(ConnectionOptions options) {
      connectTimeout = options.connectTimeout;
      callTimeout = options.callTimeout;
      heartbeat = options.heartbeat;
      confirms = options.confirms;
      verifyHostname = options.verifyHostname;
      tlsServerName = options.tlsServerName;
      loginMethod = options.loginMethod;
      clientName = options.clientName;
      tls = options.tls;
      transportOptions.putAll(options.transportOptions);
      transportOptionsInUrl = options.transportOptionsInUrl;
    }

    /** Time allowed for one attempt to one URL; more than zero. Default 5 s, as in kombu. */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = requirePositive("connectTimeout", connectTimeout);
      return this;
    }

    /** Time allowed for the broker's answer to one call; more than zero. Default 10 s. */
    public Builder callTimeout(Duration callTimeout) {
      this.callTimeout = requirePositive("callTimeout", callTimeout);
      return this;
    }

    /**
     * Silence after which the peer counts as lost is twice this; whole seconds, zero switches
     * heartbeats off. Default 30 s; kombu's own default is off.
     */
    public Builder heartbeat(Duration heartbeat) {
      if (heartbeat.isNegative()) {
        throw new IllegalArgumentException("heartbeat must not be negative, was " + heartbeat);
      }
      this.heartbeat = heartbeat;
      return this;
    }

    /**
     * Whether the broker confirms what is published. Default true; kombu's own default is false.
     * Without it a message counts as published once it is written, mandatory or not.
     */
    public Builder confirms(boolean confirms) {
      this.confirms = confirms;
      return this;
    }

    /** Whether the certificate must name the host, when TLS is used. Default true. */
    public Builder verifyHostname(boolean verifyHostname) {
      this.verifyHostname = verifyHostname;
      return this;
    }

    /**
     * The name that the server is asked to show a certificate for, and that the certificate must be
     * for, when TLS is used. Default: the host of the URL.
     */
    public Builder tlsServerName(@Nullable String tlsServerName) {
      this.tlsServerName = tlsServerName;
      return this;
    }

    /**
     * SASL mechanism: {@code PLAIN} (default), {@code AMQPLAIN}, or {@code EXTERNAL}, with which
     * the client's certificate says who connects.
     */
    public Builder loginMethod(String loginMethod) {
      this.loginMethod = requireNonNull(loginMethod, "loginMethod");
      return this;
    }

    /** What the broker's own tools call this connection. Default: nothing. */
    public Builder clientName(@Nullable String clientName) {
      this.clientName = clientName;
      return this;
    }

    /**
     * Keys and trust for TLS. Setting one switches TLS on whatever the scheme; with a TLS scheme
     * the default is the JVM's own.
     */
    public Builder tls(@Nullable SSLContext tls) {
      this.tls = tls == null ? null : new Unchanging(tls);
      return this;
    }

    /**
     * Keys and trust that change, as certificates that are renewed do: asked for at each attempt to
     * connect. Must be thread-safe, and should not wait.
     */
    public Builder tls(Supplier<SSLContext> tls) {
      this.tls = requireNonNull(tls, "tls");
      return this;
    }

    /**
     * Switches TLS on with what Python's drivers are told: {@code ca_certs}, {@code certfile} and
     * {@code keyfile} are files in PEM, {@code cert_reqs} is {@code required}, {@code optional} or
     * {@code none}, {@code check_hostname} is true or false, {@code server_hostname} is as {@link
     * #tlsServerName}. Nothing given means what the JVM trusts, and no certificate of our own.
     * Chain and host name are verified unless told otherwise. Files are read now, and again for
     * each connection that is opened after they have changed.
     *
     * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a key or a word is
     *     unknown, or a file cannot be read
     */
    public Builder tlsFiles(Map<String, ? extends @Nullable Object> files) {
      TlsFiles.applyAll(files, this);
      return this;
    }

    /** An option that only one transport knows, under kombu's name for it. */
    public Builder transportOption(String key, @Nullable Object value) {
      transportOptions.put(requireNonNull(key, "key"), value);
      return this;
    }

    /**
     * Whether keys of a URL's query that mean nothing else are transport options, numbers and
     * truths read as such. Default false, as in kombu, where such a key is an error.
     */
    public Builder transportOptionsInUrl(boolean transportOptionsInUrl) {
      this.transportOptionsInUrl = transportOptionsInUrl;
      return this;
    }

    public ConnectionOptions build() {
      return new ConnectionOptions(this);
    }

    private static Duration requirePositive(String what, Duration value) {
      if (value.isZero() || value.isNegative()) {
        throw new IllegalArgumentException(what + " must be positive, was " + value);
      }
      return value;
    }
  }
}
