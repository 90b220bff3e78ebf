package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

/** Jackson's streaming layer, set to Python's idea of JSON. Stateless and thread-safe. */
final class JsonFactories {

  private JsonFactories() {}

  /**
   * For UTF-8 without a byte order mark.
   *
   * @param maxDepth how deeply values may nest, when reading and when writing
   */
  static JsonFactory create(int maxDepth) {
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // keys may be data: ids, words of users
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
        .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
        .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT) // a half-written value is thrown away
        .streamReadConstraints(readConstraints(maxDepth))
        .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(maxDepth).build())
        .recyclerPool(new ThreadAwareRecyclerPool())
        .build();
  }

  private static StreamReadConstraints readConstraints(int maxDepth) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(maxDepth)
        .maxNumberLength(Markers.MAX_NUMBER_LENGTH)
        // A body on Redis is one string in base64; the size of the whole is bounded elsewhere.
        .maxStringLength(Integer.MAX_VALUE)
        .build();
  }
}
