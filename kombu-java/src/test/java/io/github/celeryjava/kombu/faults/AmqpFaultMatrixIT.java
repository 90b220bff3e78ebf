package io.github.celeryjava.kombu.faults;

class AmqpFaultMatrixIT extends FaultMatrix {

  @Override
  protected FaultyBroker start() {
    return new RabbitFaults();
  }
}
