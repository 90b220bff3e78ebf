package io.github.celeryjava.celery.backend.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which results are listened for, as far as the server has confirmed it, and what is to be told to
 * it next. One change is under way at a time, so that no more is ever written than the server has
 * room for; what is wanted meanwhile gathers. Not thread-safe; does no input or output.
 *
 * <p>A result is due to be read once after its subscription was confirmed: what was stored before
 * was told to nobody.
 */
final class Subscriptions {

  /**
   * One command.
   *
   * @param subscribes whether it begins or ends listening
   * @param taskIds at least one
   */
  record Change(boolean subscribes, List<String> taskIds) {}

  private final int mostTasks;
  private final int mostCharacters;

  // Mutable state
  private final Set<String> toSubscribe = new LinkedHashSet<>();
  private final Set<String> toUnsubscribe = new LinkedHashSet<>();
  private final Set<String> toRead = new LinkedHashSet<>();
  private final Set<String> subscribed = new HashSet<>();
  private @Nullable Change underWay;

  /**
   * Listens for nothing.
   *
   * @param mostTasks most tasks in one command
   * @param mostCharacters most characters of task ids in one command, but for a single longer one
   */
  Subscriptions(int mostTasks, int mostCharacters) {
    this.mostTasks = mostTasks;
    this.mostCharacters = mostCharacters;
  }

  /** Somebody has begun to wait; if it was listened for already, it is read again. */
  void want(String taskId) {
    toUnsubscribe.remove(taskId);
    if (subscribed.contains(taskId) && !isUnderWay(false, taskId)) {
      toRead.add(taskId);
    } else if (!isUnderWay(true, taskId)) {
      toSubscribe.add(taskId);
    }
  }

  /** Nobody waits any more. */
  void drop(String taskId) {
    toRead.remove(taskId);
    boolean told = !toSubscribe.remove(taskId);
    if (told && (isUnderWay(true, taskId) || subscribed.contains(taskId))) {
      toUnsubscribe.add(taskId);
    }
  }

  /** Starts over on a new connection, which listens for nothing yet. */
  void startOver(Collection<String> wanted) {
    toUnsubscribe.clear();
    toRead.clear();
    subscribed.clear();
    underWay = null;
    toSubscribe.clear();
    toSubscribe.addAll(wanted);
  }

  /** The next command, under way from now on; null if there is none or one is under way. */
  @Nullable Change next() {
    if (underWay == null) {
      if (!toSubscribe.isEmpty()) {
        underWay = new Change(true, takeFrom(toSubscribe, mostTasks));
      } else if (!toUnsubscribe.isEmpty()) {
        underWay = new Change(false, takeFrom(toUnsubscribe, mostTasks));
      } else {
        return null;
      }
      return underWay;
    }
    return null;
  }

  /** The server has confirmed every task of the change that was under way. */
  void confirmed() {
    Change change = underWay;
    underWay = null;
    if (change == null) {
      return;
    }
    if (change.subscribes) {
      subscribed.addAll(change.taskIds);
      change.taskIds.stream().filter(id -> !toUnsubscribe.contains(id)).forEach(toRead::add);
    } else {
      change.taskIds.forEach(subscribed::remove);
    }
  }

  /** Results to be read now, at most {@code most}; none of them is due any more. */
  List<String> takeDue(int most) {
    return takeFrom(toRead, most);
  }

  /** Whether nothing is listened for, and nothing is to be. */
  boolean isEmpty() {
    return toSubscribe.isEmpty() && subscribed.isEmpty() && underWay == null;
  }

  private boolean isUnderWay(boolean subscribing, String taskId) {
    return underWay != null
        && underWay.subscribes == subscribing
        && underWay.taskIds.contains(taskId);
  }

  private List<String> takeFrom(Set<String> tasks, int most) {
    List<String> taken = new ArrayList<>(Math.min(tasks.size(), most));
    int characters = 0;
    Iterator<String> oldest = tasks.iterator();
    while (taken.size() < most && oldest.hasNext()) {
      String taskId = oldest.next();
      characters += taskId.length();
      if (!taken.isEmpty() && characters > mostCharacters) {
        break;
      }
      taken.add(taskId);
      oldest.remove();
    }
    return taken;
  }
}
