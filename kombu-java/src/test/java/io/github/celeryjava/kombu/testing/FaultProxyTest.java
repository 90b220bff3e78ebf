package io.github.celeryjava.kombu.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.testing.FaultProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tests hold both ends: the client's socket and the one the server accepted. */
@Timeout(30)
class FaultProxyTest {

  private static final int LIMIT_MILLIS = 10_000;
  private static final int SILENCE_MILLIS = 150;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private ServerSocket upstream;
  private FaultProxy proxy;

  @BeforeEach
  void putTheProxyBeforeAServer() throws IOException {
    upstream = opened(new ServerSocket(0, 50, FreePorts.loopback()));
    upstream.setSoTimeout(LIMIT_MILLIS);
    proxy = opened(FaultProxy.to(URI.create("test://u:p@127.0.0.1:" + upstream.getLocalPort())));
  }

  @AfterEach
  void closeWhatWasOpened() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void passesBytesBothWaysAndCountsThem() throws IOException {
    Pair pair = connect();

    write(pair.client, "ping!");
    assertThat(read(pair.server, 5)).isEqualTo("ping!");
    write(pair.server, "pong");
    assertThat(read(pair.client, 4)).isEqualTo("pong");

    assertThat(proxy.transferred(Direction.TO_SERVER)).isEqualTo(5);
    assertThat(proxy.transferred(Direction.TO_CLIENT)).isEqualTo(4);
    assertThat(proxy.accepted()).isEqualTo(1);
    assertThat(proxy.open()).isEqualTo(1);
  }

  @Test
  void offersTheServersUrlWithItsOwnPort() {
    URI server = URI.create("amqp://user:se%2Fcret@localhost:1/%2F?heartbeat=2");
    FaultProxy before = opened(FaultProxy.to(server));

    assertThat(before.uri())
        .hasToString("amqp://user:se%2Fcret@127.0.0.1:" + before.port() + "/%2F?heartbeat=2");
  }

  @Test
  void passesTheEndOfOneStreamWhileTheOtherGoesOn() throws IOException {
    Pair pair = connect();

    write(pair.client, "last words");
    pair.client.shutdownOutput();
    assertThat(pair.server.getInputStream().readAllBytes()).asString().isEqualTo("last words");
    write(pair.server, "answer");
    pair.server.close();

    assertThat(pair.client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    await().until(() -> proxy.open() == 0);
  }

  @Test
  void passesAResetOnToTheOtherSide() throws IOException {
    Pair pair = connect();

    pair.server.setSoLinger(true, 0);
    pair.server.close();

    assertReset(pair.client);
    await().until(() -> proxy.open() == 0);
  }

  @Test
  void resetBreaksEveryConnectionOnBothSidesAndLetsNewOnesIn() throws IOException {
    Pair first = connect();
    Pair second = connect();

    proxy.reset();

    assertReset(first.client);
    assertReset(first.server);
    assertReset(second.client);
    assertThat(proxy.open()).isZero();
    assertPasses(connect());
    assertThat(proxy.accepted()).isEqualTo(3);
  }

  @Test
  void finishEndsStreamsWithoutAReset() throws IOException {
    Pair pair = connect();

    proxy.finish();

    assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
    assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    pair.client.close();
    pair.server.close();
    await().until(() -> proxy.open() == 0);
  }

  @Test
  void finishAlsoEndsAStalledConnection() throws IOException {
    Pair pair = connect();
    proxy.stall();
    write(pair.client, "held back");

    proxy.finish();

    assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void refusesNewConnectionsAndKeepsOldOnes() throws IOException {
    Pair before = connect();

    proxy.refuse();

    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertPasses(before);
    proxy.accept();
    assertPasses(connect());
  }

  @Test
  void stallHoldsBytesBackUntilResumed() throws IOException {
    Pair pair = connect();

    proxy.stall();
    write(pair.client, "question");
    write(pair.server, "news");
    assertSilent(pair.server);
    assertSilent(pair.client);
    proxy.resume();

    assertThat(read(pair.server, 8)).isEqualTo("question");
    assertThat(read(pair.client, 4)).isEqualTo("news");
  }

  @Test
  void stallOfOneDirectionLeavesTheOtherAlone() throws IOException {
    Pair pair = connect();

    proxy.stall(Direction.TO_CLIENT);
    write(pair.client, "question");
    write(pair.server, "answer");

    assertThat(read(pair.server, 8)).isEqualTo("question");
    assertSilent(pair.client);
  }

  @Test
  void stallAppliesToConnectionsMadeMeanwhile() throws IOException {
    proxy.stall();

    Pair pair = connect();
    write(pair.client, "hello");

    assertSilent(pair.server);
    proxy.resume();
    assertThat(read(pair.server, 5)).isEqualTo("hello");
  }

  @Test
  void nobodyLearnsOfADeathOnTheOtherSideOfAStall() throws IOException {
    Pair pair = connect();

    proxy.stall();
    pair.server.setSoLinger(true, 0);
    pair.server.close();

    assertSilent(pair.client);
    proxy.resume();
    assertReset(pair.client);
  }

  @Test
  void aWriterFillsTheBuffersOfAStalledConnectionAndThenBlocks() throws Exception {
    Pair pair = connect();
    proxy.stall(Direction.TO_SERVER);
    Thread writer = new Thread(() -> writeWithoutEnd(pair.client), "writer");

    writer.start();
    awaitNoProgress(writer);
    proxy.reset();

    writer.join(LIMIT_MILLIS);
    assertThat(writer.isAlive()).isFalse();
  }

  @Test
  void swallowTakesBytesAndLosesThem() throws IOException {
    Pair pair = connect();

    proxy.swallow(Direction.TO_SERVER);
    write(pair.client, "lost");
    assertSilent(pair.server);
    write(pair.server, "still passes");

    assertThat(read(pair.client, 12)).isEqualTo("still passes");
  }

  @Test
  void restoreResetsConnectionsThatLostBytesAndNoOthers() throws IOException {
    Pair loser = connect();
    Pair keeper = connect();
    proxy.swallow(Direction.TO_SERVER);
    write(loser.client, "lost");
    assertSilent(loser.server);

    proxy.restore();

    assertReset(loser.client);
    assertPasses(keeper);
  }

  @Test
  void aForgottenConnectionIsSilentForBothSidesAndNewOnesPass() throws IOException {
    Pair old = connect();
    assertPasses(old);

    proxy.forget();
    Pair fresh = connect();
    write(old.client, "lost");
    write(old.server, "lost too");

    assertSilent(old.server);
    old.client.close();
    assertSilent(old.server);
    assertPasses(fresh);
    proxy.restore();
    assertReset(old.server);
    assertPasses(fresh);
  }

  @Test
  void slowDownSpreadsBytesOverTime() throws IOException {
    Pair pair = connect();
    proxy.slowDown(2_000);

    long start = System.nanoTime();
    write(pair.client, "x".repeat(1_000));
    read(pair.server, 1_000);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(took).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void aSlowConnectionSpeedsUpWhenRestored() throws IOException {
    Pair pair = connect();
    proxy.slowDown(1);
    write(pair.client, "x".repeat(1_000));

    proxy.restore();

    assertThat(read(pair.server, 1_000)).hasSize(1_000);
  }

  @Test
  void resetAfterHandsOnExactlySoManyBytesFirst() throws IOException {
    Pair pair = connect();
    proxy.resetAfter(7, Direction.TO_SERVER);

    write(pair.client, "1234");
    assertThat(read(pair.server, 4)).isEqualTo("1234");
    write(pair.client, "56789");

    assertThat(read(pair.server, 3)).isEqualTo("567");
    assertReset(pair.server);
    assertReset(pair.client);
    assertPasses(connect());
  }

  @Test
  void resetAfterNothingResetsAtTheNextByte() throws IOException {
    Pair pair = connect();

    proxy.resetAfter(0, Direction.TO_CLIENT);
    assertPassesToServer(pair);
    write(pair.server, "never seen");

    assertReset(pair.client);
    assertThat(proxy.transferred(Direction.TO_CLIENT)).isZero();
  }

  @Test
  void breaksTheClientOffWhenNoServerListens() throws IOException {
    upstream.close();

    Socket client = opened(new Socket(FreePorts.loopback(), proxy.port()));
    client.setSoTimeout(LIMIT_MILLIS);

    assertReset(client);
    await().until(() -> proxy.open() == 0);
  }

  @Test
  void aClosedProxyHoldsNoConnectionAndNoPort() throws IOException {
    Pair pair = connect();
    proxy.stall();

    proxy.close();

    assertReset(pair.client);
    assertReset(pair.server);
    new ServerSocket(proxy.port(), 1, FreePorts.loopback()).close();
  }

  private record Pair(Socket client, Socket server) {}

  private Pair connect() throws IOException {
    Socket client = opened(new Socket());
    client.connect(new InetSocketAddress(FreePorts.loopback(), proxy.port()), LIMIT_MILLIS);
    client.setSoTimeout(LIMIT_MILLIS);
    Socket server = opened(upstream.accept());
    server.setSoTimeout(LIMIT_MILLIS);
    return new Pair(client, server);
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), US_ASCII);
  }

  private static void assertPasses(Pair pair) throws IOException {
    assertPassesToServer(pair);
    write(pair.server, "and back");
    assertThat(read(pair.client, 8)).isEqualTo("and back");
  }

  private static void assertPassesToServer(Pair pair) throws IOException {
    write(pair.client, "there");
    assertThat(read(pair.server, 5)).isEqualTo("there");
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(LIMIT_MILLIS);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static void writeWithoutEnd(Socket socket) {
    byte[] piece = new byte[64 * 1024];
    try {
      while (true) {
        socket.getOutputStream().write(piece);
      }
    } catch (IOException reset) {
      // Expected: the test resets the connection.
    }
  }

  /** A writer that is blocked in the system stays at one place: the same frame, look after look. */
  private void awaitNoProgress(Thread writer) {
    await()
        .during(Duration.ofMillis(SILENCE_MILLIS))
        .until(() -> writer.isAlive() && proxy.transferred(Direction.TO_SERVER) == 0);
  }
}
