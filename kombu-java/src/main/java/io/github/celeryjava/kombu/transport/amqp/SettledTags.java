package io.github.celeryjava.kombu.transport.amqp;

/**
 * Which delivery tags of a channel are settled. A channel numbers its deliveries 1, 2, 3 …, so all
 * that matters is up to where everything is settled, and the few settled tags beyond. Not
 * thread-safe.
 */
final class SettledTags {

  // Mutable state
  private long[] words = new long[4]; // a bit a tag, as a ring; its length is a power of two
  private long done; // every tag up to here is settled

  /** Notes that {@code tag} is settled. */
  void add(long tag) {
    if (tag <= done) {
      return;
    }
    if (tag == done + 1) {
      done = tag;
      advance();
      return;
    }
    while (tag - done >= (words.length - 1) * 64L) {
      grow();
    }
    words[index(tag)] |= 1L << tag;
  }

  /** The highest tag up to which every tag is settled; 0 if there is none. */
  long upTo() {
    return done;
  }

  private void advance() {
    long next = done + 1;
    while ((words[index(next)] & (1L << next)) != 0) {
      words[index(next)] &= ~(1L << next);
      next++;
    }
    done = next - 1;
  }

  private int index(long tag) {
    return (int) (tag >>> 6) & (words.length - 1);
  }

  private void grow() {
    long[] old = words;
    words = new long[old.length * 2];
    long firstWord = done >>> 6;
    for (long word = firstWord; word < firstWord + old.length; word++) {
      words[(int) word & (words.length - 1)] = old[(int) word & (old.length - 1)];
    }
  }
}
