package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The places in an envelope that change when it is put back: the two marks of redelivery, and its
 * delivery tag. Everything else is copied byte by byte, so that a number keeps its spelling and
 * nothing that only the sender understands is lost.
 */
final class EnvelopeMarks {

  private static final String MARK = "\"redelivered\": true";

  private final byte[] json;
  private final int start;
  private final List<Edit> edits = new ArrayList<>();

  // Mutable state, while places are looked for
  private int end;
  private int tagStart = -1;
  private int tagEnd;
  private @Nullable String priority;

  private EnvelopeMarks(byte[] json, int start) {
    this.json = json;
    this.start = start;
  }

  /** Text that takes the place of some bytes. */
  private record Edit(int from, int to, String text) {}

  /**
   * Reads the object whose first token is the parser's current one, to its last.
   *
   * @param json what the parser reads from, from its first byte
   */
  static EnvelopeMarks find(byte[] json, JsonParser in) throws IOException {
    EnvelopeMarks marks = new EnvelopeMarks(json, tokenStart(in));
    marks.envelope(in);
    marks.end = here(in);
    return marks;
  }

  @Nullable String priority() {
    return priority;
  }

  /**
   * The envelope with the marks set.
   *
   * @param deliveryTag another delivery tag, without anything that JSON escapes; null for the old
   */
  byte[] redelivered(@Nullable String deliveryTag) {
    List<Edit> all = new ArrayList<>(edits);
    if (deliveryTag != null && tagStart >= 0) {
      all.add(new Edit(tagStart, tagEnd, '"' + deliveryTag + '"'));
    }
    all.sort((one, other) -> Integer.compare(one.from, other.from));
    ByteArrayOutputStream out = new ByteArrayOutputStream(end - start + 128);
    int copied = start;
    for (Edit edit : all) {
      out.write(json, copied, edit.from - copied);
      out.writeBytes(edit.text.getBytes(StandardCharsets.US_ASCII));
      copied = edit.to;
    }
    out.write(json, copied, end - copied);
    return out.toByteArray();
  }

  private void envelope(JsonParser in) throws IOException {
    int inside = tokenStart(in) + 1;
    boolean headers = false;
    boolean others = false;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken token = in.nextToken();
      others = true;
      if (name.equals(VirtualEnvelope.HEADERS)) {
        headers = true;
        if (token == JsonToken.START_OBJECT) {
          mark(in);
        } else {
          replace(in, "{" + MARK + "}"); // null makes a later restore in Python fail
        }
      } else if (name.equals(VirtualEnvelope.PROPERTIES) && token == JsonToken.START_OBJECT) {
        properties(in);
      } else {
        in.skipChildren();
      }
    }
    if (!headers) {
      String text = "\"" + VirtualEnvelope.HEADERS + "\": {" + MARK + "}";
      edits.add(new Edit(inside, inside, others ? text + ", " : text));
    }
  }

  private void properties(JsonParser in) throws IOException {
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken token = in.nextToken();
      if (name.equals(VirtualEnvelope.DELIVERY_INFO) && token == JsonToken.START_OBJECT) {
        mark(in);
      } else if (name.equals(VirtualEnvelope.DELIVERY_TAG) && token == JsonToken.VALUE_STRING) {
        tagStart = tokenStart(in);
        tagEnd = valueEnd(in);
      } else if (name.equals(VirtualEnvelope.PRIORITY) && token.isScalarValue()) {
        priority = in.getText();
      } else {
        in.skipChildren();
      }
    }
  }

  private void mark(JsonParser in) throws IOException {
    int inside = tokenStart(in) + 1;
    boolean marked = false;
    boolean others = false;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      if (name.equals(VirtualEnvelope.REDELIVERED)) {
        replace(in, "true");
        marked = true;
      } else {
        in.skipChildren();
      }
      others = true;
    }
    if (!marked) {
      edits.add(new Edit(inside, inside, others ? MARK + ", " : MARK));
    }
  }

  private void replace(JsonParser in, String text) throws IOException {
    int from = tokenStart(in);
    edits.add(new Edit(from, valueEnd(in), text));
  }

  private static int valueEnd(JsonParser in) throws IOException {
    JsonToken token = in.currentToken();
    if (token.isStructStart()) {
      in.skipChildren();
      return here(in);
    }
    if (token == JsonToken.VALUE_STRING) {
      in.finishToken();
      return here(in);
    }
    return tokenStart(in) + in.getTextLength(); // the parser may have looked one byte further
  }

  private static int tokenStart(JsonParser in) {
    return (int) in.currentTokenLocation().getByteOffset();
  }

  private static int here(JsonParser in) {
    return (int) in.currentLocation().getByteOffset();
  }
}
