package io.github.celeryjava.kombu.faults;

import org.junit.jupiter.api.Tag;

@Tag("long")
class AmqpFaultMatrixIT extends FaultMatrix {

  @Override
  protected FaultyBroker start() {
    return new RabbitFaults();
  }
}
