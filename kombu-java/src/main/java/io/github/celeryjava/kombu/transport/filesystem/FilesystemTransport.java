package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.virtual.VirtualConnection;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code filesystem://}: queues in folders that Python programs may share. Found by {@link
 * java.util.ServiceLoader}; thread-safe.
 *
 * <p>Where a program both sends and receives, the transport options {@code data_folder_in} and
 * {@code data_folder_out} name the same folder; two programs that talk name the same two in turn.
 *
 * <p>Messages survive the death of any process that has taken and not settled them: another one
 * puts them back. They need not survive that of the machine, since nothing waits for the disk.
 * Priorities, expiry and arguments of queues have no effect. Exchange types are known to the
 * process that declared them; topic exchanges have the pattern dialect of kombu's virtual
 * transports.
 *
 * <p>Named after {@code kombu.transport.filesystem}.
 */
@Internal
public final class FilesystemTransport implements TransportProvider {

  private static final Set<Capability> CAPABILITIES =
      Set.of(Capability.TOPIC, Capability.FANOUT, Capability.CONFIRMS);

  private final AtomicLong lastStamp = new AtomicLong();

  // Mutable state
  private final Map<Path, ExchangeFiles> bindings = new ConcurrentHashMap<>();
  private final Map<Folders, FolderTopology> topologies = new ConcurrentHashMap<>();

  /** What two connections have to share to see the same queues. */
  private record Folders(Path in, Path out, Path control) {}

  /** For {@link java.util.ServiceLoader}, and for a world of one's own. */
  public FilesystemTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("filesystem");
  }

  @Override
  public int defaultPort(String scheme) {
    return 0;
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public TransportConnection open(
      ConnectionUrl url, ConnectionOptions options, TransportListener listener) {
    FolderOptions read = FolderOptions.of(options);
    FolderTopology topology =
        topologies.computeIfAbsent(
            new Folders(read.in(), read.out(), read.control()),
            folders -> new FolderTopology(bindings(folders.control())));
    MessageFiles files = new MessageFiles(read, Clock.systemUTC());
    return VirtualConnection.open(
        new FilesystemStore(read, topology, files, this::stamp),
        options,
        listener,
        read.description());
  }

  private ExchangeFiles bindings(Path control) {
    return bindings.computeIfAbsent(control, ExchangeFiles::new);
  }

  /** Rises with each call, so that names of files are in the order of publishing. */
  private long stamp() {
    return lastStamp.updateAndGet(last -> Math.max(last + 1, System.nanoTime()));
  }
}
