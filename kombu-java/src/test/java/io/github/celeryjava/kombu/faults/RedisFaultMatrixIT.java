package io.github.celeryjava.kombu.faults;

import org.junit.jupiter.api.Tag;

@Tag("long")
class RedisFaultMatrixIT extends FaultMatrix {

  @Override
  protected FaultyBroker start() {
    return new RedisFaults();
  }
}
