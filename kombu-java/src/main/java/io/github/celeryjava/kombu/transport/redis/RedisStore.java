package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import io.github.celeryjava.kombu.transport.redis.RedisTopology.OwnBinding;
import io.github.celeryjava.kombu.transport.redis.Settlement.End;
import io.github.celeryjava.kombu.transport.virtual.QueueOrder;
import io.github.celeryjava.kombu.transport.virtual.QueueStore;
import io.github.celeryjava.kombu.transport.virtual.StoreListener;
import io.github.celeryjava.kombu.transport.virtual.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection sees of a Redis: lists by priority, binding sets, subscriptions. Thread-safe.
 *
 * <p>Two connections to the server serve it, each with a thread of its own: one for what a caller
 * waits for, one for publishing and settling, opened when first needed. A third one subscribes, if
 * there is anything to subscribe to. What connections have in common is the {@link RedisHub}'s. The
 * loss of any of them is the loss of all.
 *
 * <p>It is one class, however many methods: they are those of the interface.
 */
final class RedisStore implements QueueStore, HubMember {

  private static final Logger log = LoggerFactory.getLogger(RedisStore.class);

  private final RedisContext context;
  private final RedisKeys keys;
  private final RedisTopology topology;
  private final RedisHub hub;
  private final LateSettlements late;
  private final Duration callTimeout;
  private final Consumer<HubMember> onEnd;
  private final RedisLine calls;
  private final RedisQueues queues;
  private final RedisWriter writer;
  private final RedisTakes takes;
  private final RedisFanout fanout;
  private final UnackedLeases leases;
  private final StoreUpkeep upkeep;

  // Mutable state
  private final Set<String> exclusive = ConcurrentHashMap.newKeySet();
  private final Set<String> autoDelete = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable OperationalException> loss = new AtomicReference<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile @Nullable StoreListener listener;
  private volatile boolean tookAny;

  /**
   * @param calls an open line; owned from now on, its loss is to be told to {@link #lost}
   * @param onEnd told when this is no member of the hub any more
   */
  RedisStore(
      RedisContext context,
      RedisLine calls,
      RedisHub hub,
      LateSettlements late,
      Duration callTimeout,
      Consumer<HubMember> onEnd) {
    this.onEnd = onEnd;
    this.context = context;
    this.keys = context.options().keys();
    this.topology = context.topology();
    this.calls = calls;
    this.hub = hub;
    this.late = late;
    this.callTimeout = callTimeout;
    String where = context.clients().description();
    queues = new RedisQueues(context);
    leases = new UnackedLeases(keys);
    writer =
        new RedisWriter(
            context,
            "kombu-redis-writer " + where,
            this::lost,
            leftovers -> late.add(context, null, leftovers));
    takes = new RedisTakes(this, context, tag -> writer.settle(new Settlement.Ack(tag)));
    fanout =
        new RedisFanout(context, calls, "kombu-redis-subscriber " + where, this::ready, this::lost);
    upkeep = new StoreUpkeep(context, calls, writer, fanout, hub, leases);
    hub.join(this);
  }

  @Override
  public void attach(StoreListener listener) {
    this.listener = listener;
    tellLoss(); // it may have come before
  }

  @Override
  public QueueOrder order() {
    return context.options().order();
  }

  @Override
  public void declareExchange(Exchange exchange) {
    topology.declare(exchange);
  }

  @Override
  public void deleteExchange(String exchange) {
    topology.forgetExchange(exchange);
    run("deleting an exchange", connection -> queues.deleteExchange(connection, exchange));
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    queues.requireName(queue.name());
    topology.declare(queue);
    if (queue.exclusive()) {
      exclusive.add(queue.name());
    }
    if (queue.autoDelete()) {
      autoDelete.add(queue.name());
    }
    return new QueueStatus(queue.name(), size(queue.name()), 0);
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    long size = size(queue);
    return size > 0 || topology.knows(queue)
        ? Optional.of(new QueueStatus(queue, size, 0))
        : Optional.empty();
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    String exchange = binding.exchange().name();
    topology.learn(binding.exchange());
    Member member = queues.member(queue, binding);
    run("binding a queue", connection -> queues.bind(connection, exchange, member));
    topology.bound(exchange, member);
    if (topology.isFanout(exchange)) {
      await("subscribing", fanout.listen(queue, exchange, binding.routingKey()));
    }
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    String exchange = binding.exchange().name();
    topology.learn(binding.exchange());
    Member member = queues.member(queue, binding);
    topology.unbound(exchange, member);
    if (topology.isFanout(exchange)) {
      fanout.unlisten(queue, exchange, binding.routingKey());
      if (!topology.listens(queue)) {
        fanout.forget(queue);
      }
    }
    run(
        "unbinding a queue",
        connection -> queues.unbind(connection, exchange, queue, binding.routingKey()));
  }

  @Override
  public long purgeQueue(String queue) {
    FanoutQueue listening = fanout.find(queue);
    long broadcasts = listening == null ? 0 : listening.purge();
    return broadcasts + call("purging a queue", connection -> queues.purge(connection, queue));
  }

  @Override
  public long deleteQueue(String queue) {
    long broadcasts = stopListening(queue);
    boolean declaredHere = topology.knows(queue);
    long size = call("deleting a queue", c -> queues.delete(c, queue, declaredHere));
    topology.forgetQueue(queue);
    exclusive.remove(queue);
    autoDelete.remove(queue);
    hub.deleted(queue);
    return size + broadcasts;
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(
      Destination destination, TransportMessage message) {
    String tag = DeliveryTags.next();
    byte[] envelope =
        VirtualEnvelope.encode(
            message,
            destination.exchange(),
            destination.routingKey(),
            tag,
            context.options().bodyEncoding());
    int priority = VirtualEnvelope.priority(message.properties().priority());
    return writer.publish(new RedisPublish(destination, envelope, tag, priority));
  }

  @Override
  public void addConsumer(String queue, ConsumeOptions options) {
    queues.requireName(queue);
    for (OwnBinding binding : topology.bindingsOf(queue)) {
      if (topology.isFanout(binding.exchange())) {
        await(
            "subscribing", fanout.listen(queue, binding.exchange(), binding.member().routingKey()));
      }
    }
    hub.addConsumer(this, queue);
  }

  @Override
  public void removeConsumer(String queue, ConsumeOptions options) {
    hub.removeConsumer(this, queue);
  }

  @Override
  public List<? extends StoredMessage> take(String queue, int max, AckMode mode) {
    FanoutQueue listening = fanout.find(queue);
    if (listening != null) {
      List<FanoutMessage> broadcasts = listening.take(max);
      if (!broadcasts.isEmpty() || !topology.hasLists(queue)) {
        return broadcasts;
      }
    }
    if (mode == AckMode.NONE || !context.options().ackEmulation()) {
      return awaitTaken(calls.submit(connection -> takes.takeUntracked(connection, queue, max)));
    }
    tookAny = true;
    return awaitTaken(
        calls.submit(
            connection -> {
              List<RedisMessage> taken = takes.take(connection, queue, max);
              taken.forEach(leases::add);
              return taken;
            }));
  }

  @Override
  public void arm(String queue) {
    FanoutQueue listening = fanout.find(queue);
    if (listening != null) {
      listening.arm();
    }
    if (listening == null || topology.hasLists(queue)) {
      hub.arm(this, queue);
    }
  }

  @Override
  public void flush() {
    await("settling", writer.flushed());
  }

  @Override
  public void close() {
    boolean clean = false;
    try {
      flush();
      exclusive.forEach(this::deleteQueue);
      autoDelete.stream().filter(topology::listens).forEach(this::deleteQueue); // as kombu does
      clean = !tookAny || call("closing", takes::forget) != null;
    } catch (OperationalException e) {
      log.warn("Closing was not clean, the rest is done later: {}", e.getMessage());
    }
    end();
    leave(clean ? null : takes);
  }

  @Override
  public void abort() {
    end();
    leave(tookAny ? takes : null);
  }

  /** Leaves to others what is not known to be settled. */
  private void leave(@Nullable RedisTakes unheard) {
    RedisWriter.Leftovers left = writer.abort();
    calls.abort();
    List<Settlement> settlements = new ArrayList<>(left.settlements());
    for (RedisMessage message : leases.releaseAll()) {
      settlements.add(new Settlement.PutBack(message.tag(), message.queue(), End.FRONT));
    }
    late.add(context, unheard, new RedisWriter.Leftovers(settlements, left.pushes()));
  }

  @Override
  public void ready(String queue) {
    StoreListener told = listener;
    if (told != null) {
      told.ready(queue);
    }
  }

  @Override
  public void deleted(String queue) {
    StoreListener told = listener;
    if (told != null) {
      told.deleted(queue);
    }
  }

  @Override
  public void lost(OperationalException cause) {
    loss.compareAndSet(null, cause);
    tellLoss();
  }

  @Override
  public boolean holds(String tag) {
    return leases.holds(tag);
  }

  /** Settles a message that was taken here. */
  void settle(RedisMessage message, Settlement settlement) {
    leases.remove(message);
    writer.settle(settlement);
  }

  /** Puts back a message that the server has no record of. */
  void pushBack(String queue, VirtualEnvelope envelope, byte[] marked, End end) {
    int priority = VirtualEnvelope.priority(envelope.message().properties().priority());
    writer.push(new RawPush(keys.list(queue, priority), marked, end));
  }

  private void tellLoss() {
    StoreListener hears = listener;
    OperationalException cause = loss.get();
    if (hears != null && cause != null && told.compareAndSet(false, true)) {
      hears.lost(cause);
    }
  }

  private long size(String queue) {
    FanoutQueue listening = fanout.find(queue);
    long broadcasts = listening == null ? 0 : listening.size();
    return broadcasts + call("looking at a queue", connection -> queues.size(connection, queue));
  }

  private long stopListening(String queue) {
    FanoutQueue listening = fanout.find(queue);
    if (listening == null) {
      return 0;
    }
    for (OwnBinding binding : topology.bindingsOf(queue)) {
      if (topology.isFanout(binding.exchange())) {
        fanout.unlisten(queue, binding.exchange(), binding.member().routingKey());
      }
    }
    fanout.forget(queue);
    return listening.purge();
  }

  private void end() {
    told.set(true); // whoever ends it need not be told
    upkeep.end();
    fanout.end();
    onEnd.accept(this);
  }

  private void run(String what, Consumer<RedisConnection> job) {
    boolean unused =
        call(
            what,
            connection -> {
              job.accept(connection);
              return true;
            });
  }

  private <T extends @Nullable Object> T call(String what, Function<RedisConnection, T> job) {
    return await(what, calls.submit(job));
  }

  private <T> T awaitTaken(CompletableFuture<T> taken) {
    return RedisWait.result(
        taken,
        callTimeout,
        context.nanos(),
        context.clients().description() + ": taking messages",
        calls::traffic);
  }

  private <T extends @Nullable Object> T await(String what, CompletableFuture<T> future) {
    return RedisWait.result(
        future, callTimeout, context.nanos(), context.clients().description() + ": " + what);
  }
}
