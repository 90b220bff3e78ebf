package io.github.celeryjava.celery;

import java.util.function.Supplier;

/**
 * Says how the command line finds an app: {@code celery -A my.company.MyApp worker}. The class has
 * a public constructor without parameters.
 */
@FunctionalInterface
public interface CeleryProvider extends Supplier<Celery> {

  /** Makes the app, with its tasks registered. Called once. */
  @Override
  Celery get();
}
