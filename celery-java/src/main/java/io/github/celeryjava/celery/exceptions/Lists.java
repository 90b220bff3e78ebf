package io.github.celeryjava.celery.exceptions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies of argument lists, in which null is a value like any other. */
final class Lists {

  private Lists() {}

  static List<@Nullable Object> copy(List<? extends @Nullable Object> values) {
    return Collections.unmodifiableList(new ArrayList<@Nullable Object>(values));
  }
}
