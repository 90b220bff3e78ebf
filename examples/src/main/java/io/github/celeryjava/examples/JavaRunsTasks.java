package io.github.celeryjava.examples;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryProvider;
import io.github.celeryjava.celery.task.CeleryTask;
import java.math.BigDecimal;
import java.util.List;

/** An app with a task of its own, for {@code celery -A … worker}. */
// tag::readme[]
public final class JavaRunsTasks implements CeleryProvider {

  @CeleryTask("shop.total")
  public BigDecimal total(List<BigDecimal> prices, BigDecimal discount) {
    return prices.stream().reduce(BigDecimal.ZERO, BigDecimal::add).subtract(discount);
  }

  @Override
  public Celery get() {
    return Celery.builder().broker("amqp://localhost").backend("rpc://").build().register(this);
  }
}
// end::readme[]
