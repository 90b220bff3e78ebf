package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * YAML as kombu has it: the safe subset of YAML 1.1, with dates, bytes and sets, and without tags
 * that name classes. The library only scans and prints; what a scalar means, and how far aliases
 * may expand, is decided here, so that it is what PyYAML says and no more. Immutable and
 * thread-safe.
 *
 * <p>Wire source: {@code register_yaml} in {@code kombu/serialization.py}, {@code safe_load} and
 * {@code safe_dump} of PyYAML.
 */
final class YamlSerializer implements Serializer {

  static final String NAME = "yaml";
  static final String TYPE = "application/x-yaml";

  private final ReadLimits limits;
  private final ValueWalker walker;

  YamlSerializer(ReadLimits limits, JsonSerializer json) {
    this.limits = limits;
    this.walker = new ValueWalker(NAME, limits, json);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return TYPE;
  }

  @Override
  public byte[] encode(@Nullable Object body) {
    StringWriter text = new StringWriter();
    try {
      YamlSink sink = new YamlSink(text);
      walker.walk(body, sink);
      sink.endDocument();
    } catch (IOException e) {
      throw new EncodeException("cannot encode yaml: " + e.getMessage(), e);
    }
    return text.toString().getBytes(UTF_8);
  }

  @Override
  public @Nullable Object decode(byte[] body) {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new DecodeException("cannot decode yaml: the body is not utf-8", e);
    }
    // An alias makes much of little, as compression does.
    long maxValues = limits.maxInflatedBytes(body.length);
    return new YamlReader(text, ValueWalker.depth(limits), maxValues).read();
  }
}
