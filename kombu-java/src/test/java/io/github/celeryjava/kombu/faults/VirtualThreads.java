package io.github.celeryjava.kombu.faults;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Virtual threads where the running JDK has them. */
final class VirtualThreads {

  private VirtualThreads() {}

  static Optional<ThreadFactory> factory() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      return Optional.of((ThreadFactory) type.getMethod("factory").invoke(builder));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    } catch (ClassNotFoundException | IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError("Thread.ofVirtual", e);
    }
  }
}
