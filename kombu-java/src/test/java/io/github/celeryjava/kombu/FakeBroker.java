package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A transport that does what a test tells it: refuses connections, hangs, keeps confirmations back,
 * loses connections. It lives outside the transport package, as anybody's would.
 */
final class FakeBroker implements TransportProvider {

  private static final long LIMIT_SECONDS = 20;

  /** What happens to the attempts to connect, in order; when none is left they succeed. */
  final BlockingQueue<Consumer<ConnectionUrl>> attempts = new LinkedBlockingQueue<>();

  final List<String> attempted = new CopyOnWriteArrayList<>();
  final List<String> attemptingThreads = new CopyOnWriteArrayList<>();
  final List<FakeConnection> connections = new CopyOnWriteArrayList<>();

  /** What was published, in order, whether confirmed or not. */
  final BlockingQueue<FakeChannel.Sent> published = new LinkedBlockingQueue<>();

  /** What happens to a message once it is published. */
  volatile Consumer<FakeChannel.Sent> onPublish = FakeChannel.Sent::confirm;

  /** Called before each declaration. */
  volatile Runnable onDeclare = () -> {};

  /** Called before each channel is opened. */
  volatile Runnable onOpenChannel = () -> {};

  static OperationalException down() {
    return OperationalException.lost("connection refused", null);
  }

  void failNext(OperationalException... causes) {
    for (OperationalException cause : causes) {
      attempts.add(
          url -> {
            throw cause;
          });
    }
  }

  ConnectionBuilder connection() {
    return Connection.builder("fake://one").transport(this);
  }

  FakeConnection last() {
    return connections.get(connections.size() - 1);
  }

  FakeChannel.Sent nextPublished() throws InterruptedException {
    FakeChannel.Sent sent = published.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (sent == null) {
      throw new AssertionError("nothing was published");
    }
    return sent;
  }

  /** The bodies of all that was published and not taken yet, as text. */
  List<String> publishedBodies() {
    List<FakeChannel.Sent> all = new ArrayList<>();
    published.drainTo(all);
    return all.stream().map(FakeChannel.Sent::text).toList();
  }

  @Override
  public Set<String> schemes() {
    return Set.of("fake");
  }

  @Override
  public int defaultPort(String scheme) {
    return 0;
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    attempted.add(String.valueOf(url.host()));
    attemptingThreads.add(Thread.currentThread().getName());
    Consumer<ConnectionUrl> behaviour = attempts.poll();
    if (behaviour != null) {
      behaviour.accept(url);
    }
    FakeConnection connection = new FakeConnection(this, url, listener);
    connections.add(connection);
    return connection;
  }
}
