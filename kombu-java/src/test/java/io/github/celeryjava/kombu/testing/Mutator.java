package io.github.celeryjava.kombu.testing;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damages valid input the way an attacker or a bad line would: bits flipped, pieces cut out,
 * doubled, swapped for pieces of other inputs or for words that mean something to a parser. The
 * same seed gives the same inputs. Not thread-safe.
 */
public final class Mutator {

  private static final int DEFAULT_ROUNDS = 10_000;
  private static final int FULL_ROUNDS = 1_000_000;
  private static final int MOST_MUTATIONS = 4;
  private static final int LONGEST = 1 << 14;

  private final Random random;
  private final List<byte[]> seeds;
  private final List<byte[]> words;

  /**
   * @param seeds valid inputs, at least one
   * @param words pieces that are worth putting anywhere, at least one
   */
  public Mutator(long seed, List<byte[]> seeds, List<byte[]> words) {
    this.random = new Random(seed);
    this.seeds = List.copyOf(seeds);
    this.words = List.copyOf(words);
  }

  /** How many inputs a test tries: ten thousand, or a million with {@code -Dcelery.full=true}. */
  public static int rounds() {
    return Boolean.getBoolean("celery.full") ? FULL_ROUNDS : DEFAULT_ROUNDS;
  }

  /** One of the seeds after one to four mutations. */
  public byte[] next() {
    byte[] input = pick(seeds).clone();
    int mutations = 1 + random.nextInt(MOST_MUTATIONS);
    for (int i = 0; i < mutations; i++) {
      input = mutated(input);
    }
    return input.length <= LONGEST ? input : Arrays.copyOf(input, LONGEST);
  }

  private byte[] mutated(byte[] input) {
    int from = random.nextInt(input.length + 1);
    int to = from + random.nextInt(input.length - from + 1);
    return switch (random.nextInt(7)) {
      case 0 -> flipped(input);
      case 1 -> replaced(input, from, to, new byte[0]);
      case 2 -> Arrays.copyOf(input, from);
      case 3 -> replaced(input, to, to, Arrays.copyOfRange(input, from, to));
      case 4 -> replaced(input, from, from, pick(words));
      case 5 -> replaced(input, from, to, pick(words));
      default -> replaced(input, from, to, pick(seeds));
    };
  }

  private byte[] flipped(byte[] input) {
    if (input.length > 0) {
      input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return input;
  }

  private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + by.length);
    out.write(input, 0, from);
    out.writeBytes(by);
    out.write(input, to, input.length - to);
    return out.toByteArray();
  }

  private byte[] pick(List<byte[]> from) {
    return from.get(random.nextInt(from.size()));
  }
}
