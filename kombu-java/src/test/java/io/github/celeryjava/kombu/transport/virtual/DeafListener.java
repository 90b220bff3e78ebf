package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.exceptions.OperationalException;

/** Hears nothing. */
final class DeafListener implements StoreListener {

  @Override
  public void ready(String queue) {}

  @Override
  public void deleted(String queue) {}

  @Override
  public void lost(OperationalException cause) {}
}
