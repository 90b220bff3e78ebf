package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KombuModuleTest {

  private final ObjectMapper mapper = new ObjectMapper().registerModule(new KombuModule());

  record Event(String name, Instant at, Map<String, Object> fields) {}

  @Test
  void aMapperOfSomebodyElseWritesAndReadsTypedValues() throws Exception {
    Event event = new Event("sent", Instant.EPOCH, Map.of("n", 1L));

    String json = mapper.writeValueAsString(event);

    assertThat(json)
        .contains("\"at\":{\"__type__\":\"datetime\",\"__value__\":\"1970-01-01T00:00:00+00:00\"}");
    assertThat(mapper.readValue(json, Event.class)).isEqualTo(event);
  }

  @Test
  void untypedValuesAreReadAsTheirEnvelopesSay() throws Exception {
    Object value =
        mapper.readValue(
            "[{\"__type__\":\"datetime\",\"__value__\":\"1970-01-01T00:00:00+00:00\"}, 1]",
            Object.class);

    assertThat(value).isEqualTo(List.of(OffsetDateTime.parse("1970-01-01T00:00:00Z"), 1L));
  }

  @Test
  void aClassThatSaysWhatItIsIsWrittenAsThat() throws Exception {
    ToJson said = () -> List.of("said", 7);

    assertThat(mapper.writeValueAsString(Map.of("it", said))).isEqualTo("{\"it\":[\"said\",7]}");
  }
}
