package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;

/** Hears everything and keeps nothing. */
public enum SilentListener implements TransportListener {
  INSTANCE;

  @Override
  public void lost(OperationalException cause) {}

  @Override
  public void blocked(String reason) {}

  @Override
  public void unblocked() {}
}
