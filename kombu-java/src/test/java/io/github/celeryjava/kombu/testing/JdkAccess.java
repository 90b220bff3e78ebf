package io.github.celeryjava.kombu.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import java.time.Clock;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Uses of the JDK that are kept to a few classes. */
final class JdkAccess {

  private JdkAccess() {}

  static DescribedPredicate<JavaAccess<?>> makesThreads() {
    return access(
        "makes a thread, or uses one that is nobody's",
        target ->
            isCalled(target, Thread.class, Set.of("<init>", "ofVirtual", "startVirtualThread"))
                || isCalled(target, Timer.class, Set.of("<init>"))
                || target.getOwner().isEquivalentTo(ForkJoinPool.class)
                || target.getOwner().isEquivalentTo(Executors.class)
                || completesOnThreadOfTheJdk(target));
  }

  static DescribedPredicate<JavaAccess<?>> takesTime() {
    return access(
        "takes the time",
        target ->
            isCalled(target, System.class, Set.of("nanoTime", "currentTimeMillis"))
                || isCalled(target, Clock.class, Set.of("systemUTC", "systemDefaultZone"))
                || target.getOwner().getPackageName().equals("java.time")
                    && target.getName().equals("now"));
  }

  static DescribedPredicate<JavaAccess<?>> sleeps() {
    return access(
        "sleeps",
        target ->
            isCalled(target, Thread.class, Set.of("sleep"))
                || isCalled(target, TimeUnit.class, Set.of("sleep")));
  }

  /** Futures do unless they are given an executor. */
  private static boolean completesOnThreadOfTheJdk(AccessTarget target) {
    return target.getOwner().isEquivalentTo(CompletableFuture.class)
        && target instanceof CodeUnitAccessTarget called
        && (Set.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(called.getName())
            || called.getName().endsWith("Async")
                && called.getRawParameterTypes().stream()
                    .noneMatch(parameter -> parameter.isEquivalentTo(Executor.class)));
  }

  private static DescribedPredicate<JavaAccess<?>> access(
      String description, Predicate<AccessTarget> predicate) {
    return describe(description, access -> predicate.test(access.getTarget()));
  }

  private static boolean isCalled(AccessTarget target, Class<?> type, Set<String> methods) {
    return target.getOwner().isEquivalentTo(type) && methods.contains(target.getName());
  }
}
