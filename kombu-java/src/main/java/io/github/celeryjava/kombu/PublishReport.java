package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.KombuException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of each message of {@link Producer#publishAll}. Immutable.
 *
 * @param size how many messages there were
 * @param failures the error of each message that was not confirmed, by its place, from 0; a {@link
 *     io.github.celeryjava.kombu.exceptions.PublishTimeoutException} says whether the message may
 *     have reached the broker all the same
 */
public record PublishReport(int size, SortedMap<Integer, KombuException> failures) {

  public PublishReport {
    failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
  }

  /** How many messages the broker has taken charge of. */
  public int confirmed() {
    return size - failures.size();
  }

  public boolean allConfirmed() {
    return failures.isEmpty();
  }

  /**
   * Throws the first failure, if there is one.
   *
   * @throws KombuException the error of the first message that was not confirmed
   */
  public void orThrow() {
    if (!failures.isEmpty()) {
      throw failures.get(failures.firstKey());
    }
  }
}
