/**
 * The fault matrix: every fault, on every broker, while programs publish and consume. A broker gets
 * its row by a {@link io.github.celeryjava.kombu.faults.FaultyBroker} and a subclass of {@link
 * io.github.celeryjava.kombu.faults.FaultMatrix}.
 */
package io.github.celeryjava.kombu.faults;
