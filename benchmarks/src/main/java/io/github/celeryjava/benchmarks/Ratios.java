package io.github.celeryjava.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Ratios of several pairs of runs: the median is the figure, the rest its spread. */
record Ratios(double median, double least, double most) {

  static Ratios of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Ratios(median, sorted[0], sorted[sorted.length - 1]);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, least, most);
  }
}
