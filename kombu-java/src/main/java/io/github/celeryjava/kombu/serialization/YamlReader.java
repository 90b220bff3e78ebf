package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads one document into maps, lists, sets and what {@link YamlScalars} makes of scalars. Not
 * thread-safe; made for one text.
 *
 * <p>Bounded are the depth and the number of values, both counted as if every alias were written
 * out: whoever walks through the result later sees no more.
 */
final class YamlReader {

  private static final String SEQUENCE = YamlScalars.PREFIX + "seq";
  private static final String PAIRS = YamlScalars.PREFIX + "pairs";
  private static final String ORDERED = YamlScalars.PREFIX + "omap";
  private static final String MAP = YamlScalars.PREFIX + "map";
  private static final String SET = YamlScalars.PREFIX + "set";

  /** A value with a name; null while it is being read, when an alias would make it endless. */
  private record Anchored(@Nullable Object value, long values, int height) {}

  private final Parser events;
  private final int maxDepth;
  private final long maxValues;

  // Mutable state
  private final Map<String, @Nullable Anchored> anchors = new HashMap<>();
  private long values;
  private int height; // of the value read last

  YamlReader(String text, int maxDepth, long maxValues) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE); // the size of a body is bounded elsewhere
    this.events = new ParserImpl(new StreamReader(text), options);
    this.maxDepth = maxDepth;
    this.maxValues = maxValues;
  }

  /**
   * @return null for an empty document
   * @throws DecodeException if the text is not one document of the safe subset, or too much
   */
  @Nullable Object read() {
    try {
      events.getEvent(); // the start of the stream
      if (events.checkEvent(Event.ID.StreamEnd)) {
        return null;
      }
      events.getEvent(); // the start of the document
      Object value = value(events.getEvent(), 0);
      events.getEvent(); // its end
      if (!events.checkEvent(Event.ID.StreamEnd)) {
        throw new DecodeException("there is more than one document", null);
      }
      return value;
    } catch (MarkedYAMLException e) {
      // Its message shows the text around the place, which is none of a log's business.
      throw new DecodeException("cannot decode yaml: " + e.getProblem() + at(e), e);
    } catch (RuntimeException e) {
      throw new DecodeException("cannot decode yaml: " + e.getMessage(), e);
    }
  }

  /** Few frames a level of nesting: the stack of the caller bounds the depth. */
  private @Nullable Object value(Event event, int depth) {
    count(1);
    if (event instanceof AliasEvent alias) {
      return aliased(alias.getAnchor(), depth);
    }
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      anchors.put(anchor, null);
    }
    long before = values - 1;
    Object value;
    if (event instanceof ScalarEvent scalar) {
      value = YamlScalars.value(scalar);
      height = 0;
    } else if (event instanceof SequenceStartEvent sequence) {
      value = sequence(tag(sequence, SEQUENCE), depth + 1);
    } else {
      value = mapping(tag((CollectionStartEvent) event, MAP), depth + 1);
    }
    if (anchor != null) {
      anchors.put(anchor, new Anchored(value, values - before, height));
    }
    return value;
  }

  private static String tag(CollectionStartEvent start, String otherwise) {
    String tag = start.getTag();
    return tag == null || tag.equals("!") ? otherwise : tag;
  }

  private @Nullable Object aliased(String name, int depth) {
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw new DecodeException(
          anchors.containsKey(name)
              ? "the value called " + name + " contains itself"
              : "nothing is called " + name,
          null);
    }
    count(anchored.values());
    requireDepth(depth + anchored.height());
    height = anchored.height();
    return anchored.value();
  }

  private List<@Nullable Object> sequence(String tag, int depth) {
    requireDepth(depth);
    boolean ofPairs = tag.equals(PAIRS) || tag.equals(ORDERED);
    if (!ofPairs && !tag.equals(SEQUENCE)) {
      throw YamlScalars.unknown(tag);
    }
    List<@Nullable Object> list = new ArrayList<>();
    int highest = 0;
    while (!events.checkEvent(Event.ID.SequenceEnd)) {
      Object value = value(events.getEvent(), depth);
      list.add(ofPairs ? pair(value) : value);
      highest = Math.max(highest, height);
    }
    events.getEvent();
    height = highest + 1;
    return list;
  }

  private static List<@Nullable Object> pair(@Nullable Object value) {
    if (value instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      List<@Nullable Object> pair = new ArrayList<>();
      Collections.addAll(pair, only.getKey(), only.getValue());
      return pair;
    }
    throw new DecodeException("expected a map of one entry", null);
  }

  private Object mapping(String tag, int depth) {
    requireDepth(depth);
    if (!tag.equals(MAP) && !tag.equals(SET)) {
      throw YamlScalars.unknown(tag);
    }
    Map<@Nullable Object, @Nullable Object> own = new LinkedHashMap<>();
    Map<@Nullable Object, @Nullable Object> merged = new LinkedHashMap<>();
    int highest = 0;
    while (!events.checkEvent(Event.ID.MappingEnd)) {
      Event keyEvent = events.getEvent();
      if (keyEvent instanceof ScalarEvent scalar && YamlScalars.isMerge(scalar)) {
        count(1);
        merged.putAll(merge(value(events.getEvent(), depth)));
      } else {
        Object key = key(value(keyEvent, depth));
        highest = Math.max(highest, height);
        own.put(key, value(events.getEvent(), depth));
      }
      highest = Math.max(highest, height);
    }
    events.getEvent();
    height = highest + 1;
    merged.putAll(own);
    return tag.equals(SET) ? new LinkedHashSet<>(merged.keySet()) : merged;
  }

  /** Of several maps the first that has a key counts. */
  private static Map<@Nullable Object, @Nullable Object> merge(@Nullable Object value) {
    Map<@Nullable Object, @Nullable Object> merged = new LinkedHashMap<>();
    List<?> maps = value instanceof List<?> list ? list : Collections.singletonList(value);
    for (Object each : maps) {
      if (!(each instanceof Map<?, ?> map)) {
        throw new DecodeException("only maps can be merged into a map", null);
      }
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!merged.containsKey(entry.getKey())) {
          merged.put(entry.getKey(), entry.getValue());
        }
      }
    }
    return merged;
  }

  /** Bytes go into a buffer, which compares by content. */
  private static @Nullable Object key(@Nullable Object value) {
    if (value instanceof Collection || value instanceof Map) {
      throw new DecodeException("the key of a map is a list, a map or a set", null);
    }
    return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes).asReadOnlyBuffer() : value;
  }

  private void count(long more) {
    values += more;
    if (values > maxValues) {
      throw new DecodeException(
          "with its aliases written out it has more than " + maxValues + " values", null);
    }
  }

  private void requireDepth(int depth) {
    if (depth > maxDepth) {
      throw new DecodeException("it is nested deeper than " + maxDepth + " levels", null);
    }
  }

  private static String at(MarkedYAMLException failure) {
    Mark mark = failure.getProblemMark();
    return mark == null
        ? ""
        : ", in line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
  }
}
