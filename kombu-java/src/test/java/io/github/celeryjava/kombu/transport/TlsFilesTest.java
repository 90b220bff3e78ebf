package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** Client and server shake hands in memory, with the contexts that URLs make of PEM files. */
class TlsFilesTest {

  private static final Map<String, String> SERVER =
      Map.of("certfile", file("server.pem"), "keyfile", file("server.key"));

  @Test
  void aServerWhoseCertificateIsNamedIsTrusted() throws Exception {
    SSLContext client = context(Map.of("ca_certs", file("server.pem")));

    assertThat(shakeHands(client, "broker.example", context(SERVER), false)).isTrue();
  }

  @Test
  void aServerThatNobodyVouchesForIsRefused() {
    SSLContext client = context(Map.of());

    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> shakeHands(client, "broker.example", context(SERVER), false));
  }

  @Test
  void aServerOfAnotherNameIsRefused() {
    SSLContext client = context(Map.of("ca_certs", file("server.pem")));

    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> shakeHands(client, "other.example", context(SERVER), false));
  }

  @Test
  void anyServerWillDoIfVerificationIsSwitchedOff() throws Exception {
    SSLContext client = context(Map.of("cert_reqs", "none"));

    assertThat(shakeHands(client, "other.example", context(SERVER), false)).isTrue();
  }

  @Test
  void aClientShowsItsCertificateIfItHasOne() throws Exception {
    SSLContext server =
        context(
            Map.of(
                "certfile", file("server.pem"),
                "keyfile", file("server.key"),
                "ca_certs", file("client.pem")));
    Map<String, String> plain = Map.of("ca_certs", file("server.pem"));
    Map<String, String> known =
        Map.of(
            "ca_certs", file("server.pem"),
            "certfile", file("client.pem"),
            "keyfile", file("client.key"));

    assertThat(shakeHands(context(known), "broker.example", server, true)).isTrue();
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> shakeHands(context(plain), "broker.example", server, true));
  }

  @Test
  void optionsTakeTheSameFilesAndWordsAsPythonsSettings() throws Exception {
    Map<String, Object> files = new HashMap<>();
    files.put("ssl_ca_certs", file("server.pem"));
    files.put("cert_reqs", 2);
    files.put("keyfile", null);

    ConnectionOptions verifying = ConnectionOptions.builder().tlsFiles(files).build();
    ConnectionOptions trusting =
        ConnectionOptions.builder().tlsFiles(Map.of("cert_reqs", 0)).build();

    assertThat(shakeHands(verifying.tls(), "broker.example", context(SERVER), false)).isTrue();
    assertThat(verifying.verifyHostname()).isTrue();
    assertThat(shakeHands(trusting.tls(), "other.example", context(SERVER), false)).isTrue();
    assertThat(trusting.verifyHostname()).isFalse();
    assertThat(ConnectionOptions.builder().tlsFiles(Map.of()).build().tls()).isNotNull();
  }

  @Test
  void optionsRefuseAKeyThatNothingHereUnderstands() {
    ConnectionOptions.Builder options = ConnectionOptions.builder();

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> options.tlsFiles(Map.of("ciphers", "ALL")))
        .withMessageContaining("ciphers")
        .withMessageContaining("ca_certs")
        .withMessageContaining("SSLContext");
  }

  @Test
  void aKeyInAnotherFormIsRefusedWithTheRemedy() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> context(Map.of("certfile", file("client.pem"), "keyfile", file("sec1.key"))))
        .withMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> context(Map.of("certfile", file("client.pem"))))
        .withMessageContaining("there is no private key in keyfile");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> context(Map.of("ca_certs", file("README.md"))));
  }

  private static SSLContext context(Map<String, String> keys) {
    ConnectionOptions.Builder options = ConnectionOptions.builder();
    TlsFiles.apply(keys, options);
    return options.build().tls();
  }

  private static boolean shakeHands(
      SSLContext clientContext, String host, SSLContext serverContext, boolean wantClient)
      throws SSLException {
    SSLEngine client = clientContext.createSSLEngine(host, 5671);
    client.setUseClientMode(true);
    SSLParameters parameters = client.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    client.setSSLParameters(parameters);
    SSLEngine server = serverContext.createSSLEngine();
    server.setUseClientMode(false);
    server.setNeedClientAuth(wantClient);
    ByteBuffer toServer = ByteBuffer.allocate(64 << 10);
    ByteBuffer toClient = ByteBuffer.allocate(64 << 10);
    client.beginHandshake();
    server.beginHandshake();
    for (int round = 0; round < 100; round++) {
      step(client, toServer, toClient);
      step(server, toClient, toServer);
      if (isDone(client) && isDone(server) && toServer.position() == 0) {
        return true;
      }
    }
    return false;
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
    SSLEngineResult wrapped = engine.wrap(ByteBuffer.allocate(0), out);
    in.flip();
    SSLEngineResult unwrapped = engine.unwrap(in, ByteBuffer.allocate(64 << 10));
    in.compact();
    assertThat(wrapped.getStatus()).isNotEqualTo(SSLEngineResult.Status.BUFFER_OVERFLOW);
    assertThat(unwrapped.getStatus()).isNotEqualTo(SSLEngineResult.Status.BUFFER_OVERFLOW);
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static String file(String name) {
    try {
      return Path.of(TlsFilesTest.class.getResource("/tls/" + name).toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
