package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.routing.Route;
import io.github.celeryjava.kombu.OutgoingMessage;
import io.github.celeryjava.kombu.PublishReport;
import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.exceptions.KombuException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one batch, made into messages while the producer asks for them. What goes wrong with
 * one of them is noted under its place, and the others go on. One thread.
 */
final class TaskBatch implements Iterator<OutgoingMessage> {

  private static final String NO_ID = "";

  private final TaskPublisher publisher;
  private final Iterator<TaskSignature> source;

  // Mutable state
  private final List<String> ids = new ArrayList<>();
  private final SortedMap<Integer, RuntimeException> failures = new TreeMap<>();
  private final Deque<OutgoingMessage> ready = new ArrayDeque<>(1); // all of one call
  private final Set<Route> temporary = new HashSet<>(); // declared by this batch
  private @Nullable List<Integer> places; // of each message; null while each call has one
  private int messages;
  private boolean ended;
  private @Nullable String answerQueue;
  private @Nullable KombuException noAnswerQueue;

  TaskBatch(TaskPublisher publisher, Iterable<TaskSignature> calls) {
    this.publisher = publisher;
    this.source = calls.iterator();
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      TaskSignature call = nextCall();
      if (call != null) {
        make(call);
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public OutgoingMessage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /**
   * The ids of the calls.
   *
   * @throws SendAllException if one of them was not confirmed
   */
  List<String> outcome(PublishReport report) {
    report.failures().forEach((message, error) -> failures.putIfAbsent(place(message), error));
    sentPlaces()
        .filter(place -> !failures.containsKey(place))
        .map(ids::get)
        .forEach(publisher.children());
    if (!failures.isEmpty()) {
      throw SendAllException.of(ids, failures);
    }
    return ids;
  }

  /** An error of the source ends the batch, under the place of the call that it did not give. */
  private @Nullable TaskSignature nextCall() {
    try {
      if (source.hasNext()) {
        return source.next();
      }
    } catch (RuntimeException e) {
      failures.put(ids.size(), e);
      ids.add(NO_ID);
    }
    ended = true;
    return null;
  }

  private void make(TaskSignature call) {
    int place = ids.size();
    try {
      ids.add(
          publisher.intercepted(
              call,
              changed -> {
                TaskPublisher.Draft draft = publisher.draft(changed);
                ready.add(message(draft));
                return draft.id();
              }));
    } catch (RuntimeException e) {
      ready.clear();
      failures.put(place, e);
      ids.add(call.options().taskId() == null ? NO_ID : call.options().taskId());
      return;
    }
    if (!ready.isEmpty()) { // an interceptor may have kept the call for another time
      ready.forEach(message -> remember(place));
    }
  }

  private OutgoingMessage message(TaskPublisher.Draft draft) {
    CallOptions options = draft.options();
    TaskCall call =
        draft.wantsAnswer() ? draft.answeredOn(answerQueue(options)) : draft.withoutAnswer();
    Amqp.OutgoingTask task = publisher.prepare(call, options);
    Route route = task.route();
    List<Entity> declare = task.options().declare();
    if (route.queue() != null && route.queue().isTemporary() && !temporary.add(route)) {
      declare = List.of(); // it would be declared anew for every message
    }
    return new OutgoingMessage(route.destination(), task.message(), declare);
  }

  /** Waited for once: if it is not to be had, that is soon said of every call that needs it. */
  private String answerQueue(CallOptions options) {
    if (noAnswerQueue != null) {
      throw noAnswerQueue;
    }
    String known = answerQueue;
    if (known == null) {
      try {
        known = publisher.backend().replyTo(TaskPublisher.timeout(options));
      } catch (KombuException e) {
        noAnswerQueue = e;
        throw e;
      }
      answerQueue = known;
    }
    return known;
  }

  private void remember(int place) {
    if (places == null && messages != place) {
      places = new ArrayList<>();
      for (int before = 0; before < messages; before++) {
        places.add(before);
      }
    }
    if (places != null) {
      places.add(place);
    }
    messages++;
  }

  /** The places of the calls that were made into messages, each once. */
  private Stream<Integer> sentPlaces() {
    return IntStream.range(0, messages).map(this::place).distinct().boxed();
  }

  private int place(int message) {
    return places == null ? message : places.get(message);
  }
}
