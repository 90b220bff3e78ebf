package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.compression.Compressor;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.serialization.MsgpackExtension;
import io.github.celeryjava.kombu.testing.ServerProcess;
import io.github.celeryjava.kombu.testing.Services;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every serializer with every compression, from Java to Python and back, and the golden files of
 * both: what Java is known to write is read by this Python, which writes what Java is known to
 * read.
 */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class CodecsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path GOLDEN =
      Path.of("..", "kombu-java", "src", "test", "resources", "wire");

  private static final Map<String, Object> BODIES = bodies();
  private static final List<String> COMPRESSIONS =
      List.of("none", "zlib", "bzip2", "xz", "zstd", "brotli");

  @Parameter PythonPeer peer;

  private final Queue toPython = Queue.named("codecs-it-" + UUID.randomUUID());
  private final Queue toJava = Queue.named("codecs-it-" + UUID.randomUUID());

  // Mutable state, made anew for every peer
  private final List<Message> answers = new ArrayList<>();
  private ServerProcess echo;
  private Connection connection;
  private Producer producer;

  @BeforeParameterizedClassInvocation
  void startAPythonThatAnswers() throws InterruptedException {
    String broker = Services.amqp().toString();
    echo =
        ServerProcess.start(
            "echo of " + peer,
            peer.script("codec_echo.py", broker, toPython.name(), toJava.name()));
    connection = Connection.open(broker);
    producer = connection.producer().build();
    Consumer consumer = connection.consumer().queue(toJava).onMessage(answers::add).build();
    consumer.consume();
    assertThat(echo.output().awaitLine("ready."::equals, LIMIT)).as(echo::report).isTrue();
  }

  @AfterParameterizedClassInvocation
  void end() {
    connection.close();
    echo.kill();
  }

  static Stream<Arguments> formats() {
    return BODIES.keySet().stream()
        .flatMap(format -> COMPRESSIONS.stream().map(how -> Arguments.of(format, how)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aBodyComesBackFromPythonAsItWas(String format, String compression) {
    Object body = BODIES.get(format);
    PublishOptions.Builder options = PublishOptions.builder();
    if (!format.equals("text") && !format.equals("bytes")) {
      options.serializer(format);
    }
    if (!compression.equals("none")) {
      options.compression(compression);
    }

    Message answer = answer(body, options);

    Object type =
        CompressorRegistry.standard().find(compression).map(Compressor::contentType).orElse(null);
    assertThat(answer.headers().get("compression")).isEqualTo(type);
    assertThat(answer.properties().contentType()).isEqualTo(answer.headers().get("came-as"));
    assertThat(decoded(answer)).usingRecursiveComparison().isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "msgpack | 'big': 18446744073709551615",
        "msgpack | 'bytes': b'\\xff\\x00'",
        "msgpack | ExtType(code=5, data=b'\\x07')",
        "msgpack | Timestamp(seconds=1, nanoseconds=500)",
        "yaml | 'aware': datetime.datetime(2031, 7, 9, 8, 5, 6, 120, tzinfo=datetime.timezone(",
        "yaml | 'naive': datetime.datetime(2031, 7, 9, 8, 5)",
        "yaml | 'date': datetime.date(2031, 7, 9)",
        "yaml | 'bytes': b'\\xff\\x00'",
        "yaml | 'text': 'yes'",
        "yaml | 'set': {1}",
        "text | 'héllo ",
        "bytes | b'\\xff\\x00"
      })
  void pythonSeesItsOwnTypes(String format, String repr) {
    PublishOptions.Builder options = PublishOptions.builder();
    if (format.equals("msgpack") || format.equals("yaml")) {
      options.serializer(format);
    }
    Map<String, Object> small = small(BODIES.get(format));

    Message answer = answer(small.isEmpty() ? BODIES.get(format) : small, options);

    assertThat((String) answer.headers().get("repr")).contains(repr);
  }

  @Test
  void aPickleFromPythonIsRefusedAndItsBytesStayAtHand() {
    Message answer =
        answer(Map.of("a", 1), PublishOptions.builder().serializer("json").header("as", "pickle"));

    assertThat(answer.properties().contentType()).isEqualTo("application/x-python-serialize");
    assertThatThrownBy(answer::payload)
        .isInstanceOf(ContentDisallowedException.class)
        .hasMessageContaining("refusing disabled content");
    assertThat(answer.rawBody()).startsWith(0x80, 4);
  }

  @Test
  void everythingThatJavaIsKnownToWriteIsReadByThisPython() {
    String codecs = ServerProcess.run(peer.script("codec_golden.py", "check", golden(".")), LIMIT);
    String dialect = peer.isAtLeast("5.3") ? "json/java.json" : "json/java-legacy.json";
    String json = ServerProcess.run(peer.script("json_golden.py", "check", golden(dialect)), LIMIT);

    assertThat(codecs).contains("bodies: ", "msgpack: ", "yaml: ", "compression: ");
    assertThat(json).contains("as expected");
  }

  /** But for compressions, which depend on the libraries of the machine. */
  @Test
  void thisPythonWritesWhatJavaIsKnownToRead(@TempDir Path folder) throws IOException {
    ServerProcess.run(peer.script("codec_golden.py", "write", folder.toString()), LIMIT);

    for (String kind : List.of("bodies", "msgpack", "yaml", "yaml-texts")) {
      try (Stream<Path> files = Files.list(folder.resolve(kind))) {
        Path written = files.findFirst().orElseThrow();
        Path kept = GOLDEN.resolve(kind).resolve(written.getFileName());
        assertThat(written).as(kind).hasSameTextualContentAs(kept);
      }
    }
  }

  private Message answer(Object body, PublishOptions.Builder options) {
    String id = UUID.randomUUID().toString();

    producer.publish(body, options.routingKey(toPython.name()).correlationId(id).build());

    while (answers.isEmpty()) {
      assertThat(connection.drainEvents(LIMIT)).as(echo::report).isPositive();
    }
    Message answer = answers.remove(0);
    answer.ack();
    assertThat(answer.properties().correlationId()).isEqualTo(id);
    return answer;
  }

  /** Whatever it is: the consumer here takes what is not disabled, and no more. */
  private Object decoded(Message answer) {
    byte[] body =
        connection
            .compressors()
            .decompress(
                answer.rawBody(),
                answer.headers(),
                connection.serializers().limits()::maxInflatedBytes);
    return connection
        .serializers()
        .decode(
            body,
            answer.properties().contentType(),
            answer.properties().contentEncoding(),
            connection.serializers().acceptAll());
  }

  private static String golden(String path) {
    return GOLDEN.resolve(path).toAbsolutePath().normalize().toString();
  }

  private static Map<String, Object> bodies() {
    Map<String, Object> bodies = new LinkedHashMap<>();
    bodies.put("text", "h\u00e9llo ".repeat(5000));
    bodies.put("bytes", bytes(30_000));
    bodies.put(
        "json",
        with(
            "decimal", new BigDecimal("12.50"),
            "uuid", new UUID(1, 2),
            "aware", OffsetDateTime.parse("2031-07-09T08:05:06.000120+02:00"),
            "date", LocalDate.of(2031, 7, 9),
            "big", BigInteger.TEN.pow(40)));
    bodies.put(
        "msgpack",
        with(
            "big", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
            "ext", new MsgpackExtension(5, new byte[] {7}),
            "instant", Instant.ofEpochSecond(1, 500)));
    bodies.put(
        "yaml",
        with(
            "aware", OffsetDateTime.parse("2031-07-09T08:05:06.000120+02:00"),
            "naive", LocalDateTime.of(2031, 7, 9, 8, 5),
            "date", LocalDate.of(2031, 7, 9),
            "set", Set.of(1L),
            "big", BigInteger.TEN.pow(40)));
    return bodies;
  }

  private static Map<String, Object> with(Object... keysAndValues) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("bytes", new byte[] {-1, 0});
    body.put("text", "yes");
    body.put("unicode", "h\u00e9 \uD83D\uDE00");
    body.put("numbers", List.of(1L, -7L, 1.5, true));
    body.put("nested", Map.of("a", List.of(Map.of())));
    body.put("nothing", null);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      body.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    body.put("long", "words and more words, ".repeat(2000));
    return body;
  }

  private static Map<String, Object> small(Object body) {
    Map<String, Object> small = new LinkedHashMap<>();
    if (body instanceof Map<?, ?> map) {
      map.forEach((key, value) -> small.put((String) key, value));
      small.remove("long");
    }
    return small;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    bytes[0] = -1;
    bytes[1] = 0;
    return bytes;
  }
}
