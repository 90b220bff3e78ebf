package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.serialization.AcceptList;
import io.github.celeryjava.kombu.serialization.Encoded;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Result records to bytes and back, as {@code result_serializer} says. Thread-safe. */
@Internal
public final class ResultCodec {

  private final SerializerRegistry serializers;
  private final String serializer;
  private final String contentType;
  private final String[] accepted;
  private final AcceptList accept;
  private final ZoneId zone;

  /** Format, accepted formats and time zone as the settings say. */
  public ResultCodec(ResultBackendContext context) {
    serializers = context.serializers();
    serializer = context.config().get(Settings.RESULT_SERIALIZER);
    contentType = serializers.contentType(serializer);
    List<String> names = context.config().get(Settings.RESULT_ACCEPT_CONTENT);
    accepted = names.toArray(String[]::new);
    accept = serializers.accept(names);
    ZoneId named = context.config().get(Settings.TIMEZONE);
    ZoneId unnamed =
        context.config().get(Settings.ENABLE_UTC) ? ZoneOffset.UTC : ZoneId.systemDefault();
    zone = named == null ? unnamed : named;
  }

  /** The record as it travels. */
  public Map<String, @Nullable Object> toMap(ResultMeta meta) {
    return meta.toMap(zone);
  }

  /** Name of the format. */
  public String serializer() {
    return serializer;
  }

  /** Names of the formats that are read back. */
  public String[] accepted() {
    return accepted.clone();
  }

  /**
   * The record as bytes.
   *
   * @throws io.github.celeryjava.kombu.exceptions.EncodeException if the result has no form there
   */
  public byte[] encode(ResultMeta meta) {
    Encoded encoded = serializers.encode(toMap(meta), serializer, null, null);
    return encoded.body();
  }

  /**
   * A record from bytes.
   *
   * @param taskId id it was asked for by; null if unknown
   * @throws BackendException if the bytes are no result record
   */
  public ResultMeta decode(byte[] body, @Nullable String taskId) {
    try {
      return ResultMeta.read(serializers.decode(body, contentType, "utf-8", accept), taskId);
    } catch (SerializationException e) {
      throw new BackendException(
          "the result of task " + taskId + " cannot be decoded: " + e.getMessage(), e);
    }
  }
}
