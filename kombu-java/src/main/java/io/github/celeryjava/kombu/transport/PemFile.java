package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file with certificates or a key in PEM, read once. Immutable and thread-safe. */
final class PemFile {

  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");

  private final String description;
  private final byte[] content;

  /**
   * @param key the key of the URL that named the file, for messages
   */
  PemFile(String key, String path) {
    description = key + " " + path;
    try {
      content = Files.readAllBytes(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw new ConfigurationException("cannot read " + description + ": " + e, e);
    }
  }

  /** At least one, in the order of the file. */
  Collection<? extends Certificate> certificates() throws GeneralSecurityException {
    Collection<? extends Certificate> certificates =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content));
    if (certificates.isEmpty()) {
      throw new ConfigurationException("there is no certificate in " + description);
    }
    return certificates;
  }

  PrivateKey privateKey() throws GeneralSecurityException {
    Matcher key = KEY.matcher(new String(content, StandardCharsets.ISO_8859_1));
    if (!key.find()) {
      throw new ConfigurationException("there is no private key in " + description);
    }
    if (!key.group(1).isEmpty()) {
      throw new ConfigurationException(
          "the private key in "
              + description
              + " is not in plain PKCS #8; convert it with: openssl pkcs8 -topk8 -nocrypt");
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(2)));
    InvalidKeySpecException lastFailure = null;
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        lastFailure = e; // the encoding does not tell the algorithm: the next one may fit
      }
    }
    throw new ConfigurationException(
        "the private key in " + description + " is of none of the kinds " + KEY_ALGORITHMS,
        lastFailure);
  }
}
