package io.github.celeryjava.kombu.serialization;

import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.Module;

/**
 * kombu's typed values as a Jackson module, for mappers that have to read or write JSON of kombu's
 * outside of messages: {@code java.time} values, {@code java.util.Date}, {@code BigDecimal}, {@code
 * UUID} and {@code byte[]} in their envelopes, and whatever is read as {@code Object} or as a value
 * of a map. Immutable and thread-safe.
 *
 * <p>Registered after other modules it takes precedence over them. The tokens {@code NaN} and
 * {@code Infinity} are the affair of the mapper's factory: enable {@code
 * JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS} to read them.
 */
public final class KombuModule extends Module {

  private final Module types = JsonSerializer.types().module();

  public KombuModule() {}

  @Override
  public String getModuleName() {
    return "kombu";
  }

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public void setupModule(SetupContext context) {
    types.setupModule(context);
  }
}
