/**
 * Counts what passes through connections and pools, for the metrics of a program. Nothing here
 * needs a metrics library: its counters and gauges are fed from these numbers, or a {@link
 * io.github.celeryjava.kombu.TrafficListener} of the program's own feeds them directly.
 */
@NullMarked
package io.github.celeryjava.kombu.observation;

import org.jspecify.annotations.NullMarked;
