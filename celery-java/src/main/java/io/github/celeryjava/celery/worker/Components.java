package io.github.celeryjava.celery.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts components in the order given and stops those that started, newest first. Not thread-safe.
 */
final class Components {

  private static final Logger log = LoggerFactory.getLogger(Components.class);

  private final Deque<Component> started = new ArrayDeque<>();

  void start(List<Component> inOrder) {
    for (Component component : inOrder) {
      try {
        component.start();
      } catch (RuntimeException e) {
        stop();
        throw e;
      }
      started.push(component);
    }
  }

  void stop() {
    while (!started.isEmpty()) {
      Component component = started.pop();
      try {
        component.stop();
      } catch (RuntimeException e) {
        log.error("{} did not stop cleanly, going on with the others", component, e);
      }
    }
  }
}
