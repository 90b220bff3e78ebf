package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS from the files and words that Python takes: certificates and keys in PEM. The chain and the
 * host name are verified unless a key says otherwise. Stateless and thread-safe.
 */
final class TlsFiles {

  static final String PREFIX = "ssl_";

  static final String CA_CERTS = "ca_certs";
  static final String CERTFILE = "certfile";
  static final String KEYFILE = "keyfile";
  static final String CERT_REQS = "cert_reqs";
  static final String CHECK_HOSTNAME = "check_hostname";

  static final String SERVER_HOSTNAME = "server_hostname";

  static final List<String> KEYS =
      List.of(CA_CERTS, CERTFILE, KEYFILE, CERT_REQS, CHECK_HOSTNAME, SERVER_HOSTNAME);

  private static final List<String> FILES = List.of(CA_CERTS, CERTFILE, KEYFILE);

  /** Keys of Python's drivers that have no counterpart here. */
  static final Set<String> UNSUPPORTED =
      Set.of(
          "ssl_ciphers",
          "ssl_version",
          "ssl_min_version",
          "ssl_password",
          "ssl_ca_path",
          "ssl_ca_data",
          "credential_provider");

  /** With the numbers of Python's {@code ssl.VerifyMode}. */
  private static final Map<String, Boolean> VERIFIES =
      Map.of(
          "required", true,
          "optional", true,
          "none", false,
          "cert_required", true,
          "cert_optional", true,
          "cert_none", false,
          "2", true,
          "1", true,
          "0", false);

  private static final char[] NO_PASSWORD = {};

  private TlsFiles() {}

  /**
   * Switches TLS on as {@code keys} say, with or without the prefix that they have in URLs.
   *
   * @throws ConfigurationException if a key is unknown, or as {@link #apply}
   */
  static void applyAll(Map<String, ?> keys, ConnectionOptions.Builder options) {
    Map<String, String> bare = new LinkedHashMap<>();
    keys.forEach(
        (key, value) -> {
          String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
          if (!KEYS.contains(name)) {
            throw new ConfigurationException(
                "TLS cannot be told "
                    + key
                    + ", only "
                    + KEYS
                    + "; for anything else make an SSLContext that has it");
          }
          if (value != null) {
            bare.put(name, value.toString());
          }
        });
    apply(bare, options);
  }

  /**
   * Switches TLS on as {@code keys} say, which come without a prefix. Files are read now, and again
   * by later connections if they have changed by then.
   *
   * @throws ConfigurationException if a file cannot be read, or a word is unknown
   */
  static void apply(Map<String, String> keys, ConnectionOptions.Builder options) {
    boolean verify = verifies(keys.getOrDefault(CERT_REQS, "required"));
    String checkHostname = keys.getOrDefault(CHECK_HOSTNAME, "true");
    if (!verify || !UrlQuery.truth(CHECK_HOSTNAME, checkHostname)) {
      options.verifyHostname(false);
    }
    options.tlsServerName(keys.get(SERVER_HOSTNAME));
    Map<String, String> files = Map.copyOf(keys);
    List<Path> paths =
        FILES.stream().map(files::get).filter(Objects::nonNull).map(TlsFiles::path).toList();
    options.tls(new RenewedTls(paths, () -> context(files, verify)));
  }

  private static SSLContext context(Map<String, String> keys, boolean verify) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(ownKeys(keys), verify ? trust(keys) : TrustAnything.MANAGERS, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigurationException("cannot set up TLS: " + e.getMessage(), e);
    }
  }

  private static Path path(String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new ConfigurationException("cannot set up TLS: " + e.getMessage(), e);
    }
  }

  private static boolean verifies(String word) {
    Boolean verifies = VERIFIES.get(word.toLowerCase(Locale.ROOT));
    if (verifies == null) {
      throw new ConfigurationException(
          CERT_REQS + " must be required, optional or none, was " + word);
    }
    return verifies;
  }

  /** Null means what the JVM trusts. */
  private static TrustManager @Nullable [] trust(Map<String, String> keys)
      throws GeneralSecurityException, IOException {
    String file = keys.get(CA_CERTS);
    if (file == null) {
      return null;
    }
    KeyStore store = emptyStore();
    int count = 0;
    for (Certificate certificate : new PemFile(CA_CERTS, file).certificates()) {
      store.setCertificateEntry("ca-" + count++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Null means none. As in Python the key may stand in the file of the certificate. */
  private static KeyManager @Nullable [] ownKeys(Map<String, String> keys)
      throws GeneralSecurityException, IOException {
    String certfile = keys.get(CERTFILE);
    String keyfile = keys.getOrDefault(KEYFILE, certfile);
    if (certfile == null || keyfile == null) {
      if (keyfile != null) {
        throw new ConfigurationException(KEYFILE + " needs " + CERTFILE + " besides it");
      }
      return null;
    }
    Certificate[] chain =
        new PemFile(CERTFILE, certfile).certificates().toArray(Certificate[]::new);
    KeyStore store = emptyStore();
    store.setKeyEntry("own", new PemFile(KEYFILE, keyfile).privateKey(), NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
