package io.github.celeryjava.kombu.transport.amqp;

import java.io.IOException;
import java.util.List;

/**
 * Turns settled deliveries into as few methods as AMQP allows: one {@code basic.ack} with {@code
 * multiple} where everything below is settled, one method each elsewhere. Not thread-safe.
 */
final class AckRuns {

  /** One settled delivery. */
  interface Settled {
    long tag();

    Verdict verdict();
  }

  /** What becomes of a delivery. */
  enum Verdict {
    ACK,
    REJECT,
    REQUEUE
  }

  /** Where the methods go. */
  interface Output {
    void ack(long tag, boolean multiple) throws IOException;

    void reject(long tag, boolean requeue) throws IOException;
  }

  // Mutable state
  private final SettledTags settled = new SettledTags();

  /** Notes a delivery that needs no method at all, since nobody settles it. */
  void skip(long tag) {
    settled.add(tag);
  }

  /** Writes what settles {@code batch}; each tag comes once in the life of a channel. */
  void write(List<? extends Settled> batch, Output output) throws IOException {
    // Rejections first: an acknowledgement of many must not cover a tag that is to be rejected.
    for (Settled delivery : batch) {
      settled.add(delivery.tag());
      if (delivery.verdict() != Verdict.ACK) {
        output.reject(delivery.tag(), delivery.verdict() == Verdict.REQUEUE);
      }
    }
    long limit = settled.upTo();
    long last = 0;
    int run = 0;
    for (Settled delivery : batch) {
      if (delivery.verdict() != Verdict.ACK) {
        continue;
      }
      if (delivery.tag() > limit) {
        output.ack(delivery.tag(), false);
      } else {
        last = Math.max(last, delivery.tag());
        run++;
      }
    }
    if (run > 0) {
      output.ack(last, run > 1);
    }
  }
}
