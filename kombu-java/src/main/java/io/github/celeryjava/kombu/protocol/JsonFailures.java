package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Says what went wrong in a JSON value, and where. Stateless and thread-safe. */
final class JsonFailures {

  private static final int STEPS_SHOWN = 20;

  private JsonFailures() {}

  /** The place that a parser or generator has reached, for example {@code $[0].name}. */
  static String path(JsonStreamContext context) {
    Deque<String> steps = new ArrayDeque<>();
    for (JsonStreamContext at = context; at != null && !at.inRoot(); at = at.getParent()) {
      if (!at.inObject()) {
        steps.push("[" + at.getCurrentIndex() + "]");
      } else if (at.getCurrentName() != null) { // null before the first key
        steps.push("." + at.getCurrentName());
      }
    }
    return "$" + shortened(steps);
  }

  /** The place inside of a value where Jackson gave up, for example {@code [0].name}. */
  static String path(JsonMappingException failure) {
    Deque<String> steps = new ArrayDeque<>();
    for (JsonMappingException.Reference step : failure.getPath()) {
      String name = step.getFieldName();
      steps.add(name == null ? "[" + step.getIndex() + "]" : "." + name);
    }
    return shortened(steps);
  }

  /** The failure in its own words, without Jackson's description of the source. */
  static String reason(Throwable failure) {
    if (!(failure instanceof JsonProcessingException json)) {
      return String.valueOf(failure.getMessage());
    }
    String message = json.getOriginalMessage();
    int source = message.indexOf(" (start marker at ");
    String words = source < 0 ? message : message.substring(0, source);
    JsonLocation at = json.getLocation();
    return at == null || at.getByteOffset() < 0 ? words : words + ", at byte " + at.getByteOffset();
  }

  private static String shortened(Deque<String> steps) {
    if (steps.size() <= STEPS_SHOWN) {
      return String.join("", steps);
    }
    return steps.stream().limit(STEPS_SHOWN).reduce("", String::concat)
        + "... ("
        + steps.size()
        + " levels)";
  }

  /** A failure inside of a value that Jackson wrote, with the whole path to it. */
  static final class InsideException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String path;

    InsideException(JsonStreamContext outside, JsonMappingException failure) {
      super(reason(failure), failure);
      path = JsonFailures.path(outside) + JsonFailures.path(failure);
    }

    String path() {
      return path;
    }
  }
}
