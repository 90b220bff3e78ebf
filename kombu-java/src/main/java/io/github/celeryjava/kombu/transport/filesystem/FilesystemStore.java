package io.github.celeryjava.kombu.transport.filesystem;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.protocol.QueueFiles;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.virtual.QueueStore;
import io.github.celeryjava.kombu.transport.virtual.StoreListener;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection does with the folders. Thread-safe: one thread of the store does everything
 * with files, in order, so that no interrupt of a caller reaches a file.
 */
final class FilesystemStore implements QueueStore {

  private static final Logger log = LoggerFactory.getLogger(FilesystemStore.class);

  /** How many looks at the folder there are between two for messages of the dead. */
  private static final int LOOKS_A_SWEEP = 10;

  /** Something to do with files. */
  interface FileAction<T extends @Nullable Object> {
    T run(MessageFiles files) throws IOException;
  }

  /** The same without a result. */
  interface FileStep {
    void run(MessageFiles files) throws IOException;
  }

  private final FolderOptions options;
  private final FolderTopology topology;
  private final MessageFiles files;
  private final LongSupplier stamps;
  private final ScheduledExecutorService thread = Threads.onDemand("kombu-files");
  private final Set<String> armed = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();

  // Mutable state
  private volatile @Nullable StoreListener listener;
  private volatile boolean closed;
  private @Nullable FolderWatch watch; // guarded by armed
  private int looks; // the store's thread only

  /**
   * @param stamps rises with each call, in nanoseconds of the monotonic clock
   */
  FilesystemStore(
      FolderOptions options, FolderTopology topology, MessageFiles files, LongSupplier stamps) {
    this.options = options;
    this.topology = topology;
    this.files = files;
    this.stamps = stamps;
  }

  @Override
  public void attach(StoreListener listener) {
    this.listener = listener;
  }

  @Override
  public void declareExchange(Exchange exchange) {
    QueueFiles.exchangeName(exchange.name());
    run(ignored -> topology.declare(exchange));
  }

  @Override
  public void deleteExchange(String exchange) {
    run(ignored -> topology.deleteExchange(exchange));
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    QueueFiles.requireQueue(queue.name());
    topology.declare(queue);
    return call(found -> status(queue.name(), found));
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    return call(
        found -> {
          QueueStatus status = status(queue, found);
          return topology.knows(queue) || status.messages() > 0
              ? Optional.of(status)
              : Optional.empty();
        });
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    run(ignored -> topology.bind(queue, binding.exchange(), binding.routingKey()));
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    String exchange = binding.exchange().name();
    run(ignored -> topology.files().remove(exchange, binding.routingKey(), queue));
  }

  @Override
  public long purgeQueue(String queue) {
    return call(
        found -> {
          long purged = 0;
          for (String name : found.names(queue)) {
            purged += found.delete(name) ? 1 : 0;
          }
          return purged;
        });
  }

  @Override
  public long deleteQueue(String queue) {
    long purged = purgeQueue(queue);
    Set<FilesystemStore> ended = call(ignored -> topology.delete(queue));
    ended.forEach(store -> store.deleted(queue));
    return purged;
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(Destination to, TransportMessage message) {
    String tag = UUID.randomUUID().toString();
    byte[] envelope =
        VirtualEnvelope.encode(
            message, to.exchange(), to.routingKey(), tag, options.bodyEncoding());
    return submit(
        found -> {
          Set<String> queues = route(to);
          String nextTag = tag;
          byte[] copy = envelope;
          for (String queue : queues) {
            String name =
                QueueFiles.messageName(
                    stamps.getAsLong(), UUID.randomUUID().getLeastSignificantBits(), queue);
            try {
              found.write(name, copy);
            } catch (IOException e) {
              throw new MessageRefusedException(
                  "message for queue '" + queue + "' was not stored: " + e, 0);
            }
            String used = nextTag;
            nextTag = UUID.randomUUID().toString();
            copy = VirtualEnvelope.retagged(copy, used, nextTag);
          }
          return null;
        });
  }

  @Override
  public void addConsumer(String queue, ConsumeOptions options) {
    topology.addConsumer(queue, this);
  }

  @Override
  public void removeConsumer(String queue, ConsumeOptions options) {
    if (topology.removeConsumer(queue, this)) {
      deleteQueue(queue);
    }
  }

  @Override
  public List<StoredMessage> take(String queue, int max, AckMode mode) {
    return call(
        found -> {
          List<StoredMessage> taken = new ArrayList<>();
          for (String name : found.names(queue)) {
            MessageFiles.Taken file = found.take(name);
            if (file != null) {
              FileMessage message = new FileMessage(this, name, file.envelope());
              taken.add(mode == AckMode.NONE ? new FinishedMessage(message, file.json()) : message);
            }
            if (taken.size() == max) {
              break;
            }
          }
          if (mode == AckMode.NONE) {
            taken.forEach(StoredMessage::ack);
          }
          return taken;
        });
  }

  @Override
  public void arm(String queue) {
    synchronized (armed) {
      armed.add(queue);
      if (watch == null && !closed) {
        watch = new FolderWatch(options.in(), options.pollingInterval(), this::look);
      }
    }
    look();
  }

  @Override
  public void flush() {
    run(ignored -> {});
  }

  @Override
  public void close() {
    end();
    Object unused = await(perform(FilesystemStore::closing));
  }

  @Override
  public void abort() {
    end();
    settle(MessageFiles::close);
  }

  /**
   * Does something to a file that nobody waits for. After the end of the store too: what a consumer
   * was about to be handed then comes back.
   */
  void settle(FileStep step) {
    CompletableFuture<?> unused =
        perform(
                found -> {
                  step.run(found);
                  return null;
                })
            .exceptionally(
                failure -> {
                  log.warn("A message could not be settled", failure);
                  return null;
                });
  }

  private void deleted(String queue) {
    armed.remove(queue);
    StoreListener told = listener;
    if (told != null) {
      told.deleted(queue);
    }
  }

  private void end() {
    synchronized (armed) {
      closed = true;
      if (watch != null) {
        watch.close();
      }
    }
  }

  private Set<String> route(Destination to) {
    Set<String> queues = topology.route(to.exchange(), to.routingKey());
    String strays = options.deadLetterQueue();
    if (queues.isEmpty() && to.mandatory()) {
      throw new MessageRefusedException(
          "message to exchange '%s' with key '%s' reached no queue"
              .formatted(to.exchange(), to.routingKey()),
          312);
    }
    if (queues.isEmpty() && strays != null && topology.isNamedDirect(to.exchange())) {
      log.warn(
          "Message to exchange '{}' reached no queue, it is put into '{}'", to.exchange(), strays);
      return Set.of(strays);
    }
    return queues;
  }

  private QueueStatus status(String queue, MessageFiles found) throws IOException {
    return new QueueStatus(queue, found.names(queue).size(), topology.consumers(queue));
  }

  /** Looks soon whether armed queues have messages. */
  private void look() {
    if (!closed && looking.compareAndSet(false, true)) {
      settle(this::lookNow);
    }
  }

  private void lookNow(MessageFiles found) throws IOException {
    looking.set(false);
    if (looks++ % LOOKS_A_SWEEP == 0) {
      found.sweep();
    }
    StoreListener told = listener;
    if (told == null || armed.isEmpty()) {
      return;
    }
    for (String queue : found.queues()) {
      if (armed.remove(queue)) {
        told.ready(queue);
      }
    }
  }

  private void run(FileStep step) {
    Object unused =
        call(
            found -> {
              step.run(found);
              return true;
            });
  }

  private <T> T call(FileAction<T> action) {
    return await(submit(action));
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.join(); // no interrupt ends this
    } catch (CompletionException e) {
      if (e.getCause() instanceof KombuException known) {
        throw known;
      }
      throw e;
    }
  }

  private static boolean closing(MessageFiles files) throws IOException {
    files.close();
    return true;
  }

  private <T extends @Nullable Object> CompletableFuture<T> submit(FileAction<T> action) {
    return closed
        ? CompletableFuture.failedFuture(
            OperationalException.lost(options.description() + " is closed", null))
        : perform(action);
  }

  private <T extends @Nullable Object> CompletableFuture<T> perform(FileAction<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            result.complete(action.run(files));
          } catch (IOException e) {
            result.completeExceptionally(
                OperationalException.lost("cannot use the files in " + options.in(), e));
          } catch (RuntimeException | Error e) { // whoever waits must hear of anything
            result.completeExceptionally(e);
          }
        });
    return result;
  }
}
