package io.github.celeryjava.kombu.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Finds the known name that somebody probably meant by an unknown one. Stateless and thread-safe.
 *
 * <p>Names are compared as given: a caller for whom case or punctuation does not matter normalises
 * both sides first.
 */
@Internal
public final class NearestName {

  private static final int MOST_EDITS = 4;

  /** Fewer letters a slip than this, and unrelated names would be suggested. */
  private static final int LETTERS_AN_EDIT = 4;

  private NearestName() {}

  /**
   * The name in {@code known} that the fewest slips turn into {@code given}: a letter left out,
   * added or replaced, or two neighbours swapped. One slip is allowed for every four letters, at
   * least one and at most four.
   *
   * @return empty if no known name is near enough; of equally near ones the first in alphabetical
   *     order
   */
  public static Optional<String> of(String given, Collection<String> known) {
    int limit = Math.max(1, Math.min(MOST_EDITS, given.length() / LETTERS_AN_EDIT));
    return known.stream()
        .filter(name -> Math.abs(name.length() - given.length()) <= limit)
        .map(name -> new Candidate(name, edits(given, name)))
        .filter(candidate -> candidate.edits <= limit)
        .min(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  private record Candidate(String name, int edits) {}

  /** Optimal string alignment distance, with three rows of its table instead of all. */
  private static int edits(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        if (swapped(from, i, to, j)) {
          row[j] = Math.min(row[j], 1 + beforeLast[j - 2]);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[to.length()];
  }

  private static boolean swapped(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
