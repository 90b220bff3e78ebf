package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.internal.Internal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer has left about a message that it has not settled: the JSON array of the envelope,
 * the exchange and the routing key. Immutable and thread-safe.
 *
 * <p>Wire source: {@code QoS.append} and {@code restore_by_tag} in {@code
 * kombu/transport/redis.py}.
 */
@Internal
public final class UnackedRecord {

  private static final JsonFactory FACTORY = JsonFactories.create(JsonTypes.DEFAULT_DEPTH);

  private final EnvelopeMarks envelope;
  private final String exchange;
  private final String routingKey;

  private UnackedRecord(EnvelopeMarks envelope, String exchange, String routingKey) {
    this.envelope = envelope;
    this.exchange = exchange;
    this.routingKey = routingKey;
  }

  /**
   * Reads the value of a field of the hash.
   *
   * @throws DecodeException if it is no such record
   */
  public static UnackedRecord read(byte[] json) {
    try (JsonParser in = FACTORY.createParser(json)) {
      require(in.nextToken() == JsonToken.START_ARRAY, "it is no array");
      require(in.nextToken() == JsonToken.START_OBJECT, "it holds no envelope");
      EnvelopeMarks envelope = EnvelopeMarks.find(json, in);
      String exchange = text(in);
      String routingKey = text(in);
      require(in.nextToken() == JsonToken.END_ARRAY, "it has more than three parts");
      require(in.nextToken() == null, "there is more behind it");
      return new UnackedRecord(envelope, exchange, routingKey);
    } catch (IOException e) {
      throw unreadable(JsonFailures.reason(e), e);
    }
  }

  /**
   * An envelope marked as redelivered, every other byte as it was.
   *
   * @throws DecodeException if it is no JSON object
   */
  public static byte[] redelivered(byte[] envelope) {
    try (JsonParser in = FACTORY.createParser(envelope)) {
      require(in.nextToken() == JsonToken.START_OBJECT, "it is no object");
      EnvelopeMarks marks = EnvelopeMarks.find(envelope, in);
      require(in.nextToken() == null, "there is more behind it");
      return marks.redelivered(null);
    } catch (IOException e) {
      throw unreadable(JsonFailures.reason(e), e);
    }
  }

  public String exchange() {
    return exchange;
  }

  public String routingKey() {
    return routingKey;
  }

  /** The message's priority, between 0 and 9. */
  public int priority() {
    return VirtualEnvelope.priority(envelope.priority());
  }

  /** The envelope marked as redelivered, every other byte as it was. */
  public byte[] redelivered() {
    return envelope.redelivered(null);
  }

  /** The same for one more queue: under a delivery tag of its own. */
  public byte[] redeliveredAs(String deliveryTag) {
    return envelope.redelivered(deliveryTag);
  }

  private static String text(JsonParser in) throws IOException {
    JsonToken token = in.nextToken();
    require(token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL, "a part is no text");
    return token == JsonToken.VALUE_NULL ? "" : in.getText();
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw unreadable(otherwise, null);
    }
  }

  private static DecodeException unreadable(String why, @Nullable Throwable cause) {
    return new DecodeException("cannot decode the record of a message: " + why, cause);
  }
}
