package io.github.celeryjava.kombu.transport.filesystem;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is in the folders, and what becomes of files that somebody else has put there. */
@Timeout(60)
class FilesystemTransportTest {

  private FolderConnections folders;
  private TransportConnection connection;
  private Channel channel;

  @BeforeEach
  void open(@TempDir Path folder) {
    folders = new FolderConnections(folder);
    connection = folders.open();
    channel = connection.openChannel(ChannelPurpose.CONSUMING);
  }

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void aMessageIsOneFileWithAnEnvelopeUntilItIsAcknowledged() throws Exception {
    publish(Destination.queue("jobs"), "work");

    List<String> names = FolderConnections.names(folders.messages());
    assertThat(names)
        .hasSize(1)
        .allMatch(name -> name.matches("[0-9]+_[0-9a-f-]{36}[.]jobs[.]msg"));
    byte[] content = Files.readAllBytes(folders.messages().resolve(names.get(0)));
    VirtualEnvelope envelope = VirtualEnvelope.decode(content);
    assertThat(envelope.message().body()).isEqualTo(bytes("work"));
    assertThat(envelope.routingKey()).isEqualTo("jobs");
    assertThat(new String(content, UTF_8)).contains("\"body_encoding\":\"base64\"");

    Delivery held = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(FolderConnections.names(folders.messages())).isEmpty();
    held.receipt().requeue();
    flush();
    assertThat(FolderConnections.names(folders.messages())).isEqualTo(names);
    Delivery again = channel.get("jobs", AckMode.MANUAL).orElseThrow();
    assertThat(again.redelivered()).isTrue();
    again.receipt().ack();
    connection.close();
    assertThat(FolderConnections.names(folders.messages())).isEmpty();
    assertThat(Files.list(folders.messages().resolve(".unacked"))).isEmpty();
  }

  @Test
  void processedMessagesAreKeptIfThatWasAskedFor() throws Exception {
    ConnectionOptions keeping =
        folders
            .options()
            .transportOption("store_processed", true)
            .transportOption("processed_folder", folders.processed())
            .build();
    publish(Destination.queue("jobs"), "one");
    publish(Destination.queue("jobs"), "two");

    try (TransportConnection other = folders.open(keeping)) {
      Channel taking = other.openChannel(ChannelPurpose.CONSUMING);
      taking.get("jobs", AckMode.MANUAL).orElseThrow().receipt().ack();
      assertThat(taking.get("jobs", AckMode.NONE)).isPresent();
    }

    assertThat(FolderConnections.names(folders.processed())).hasSize(2);
    assertThat(FolderConnections.names(folders.messages())).isEmpty();
  }

  @Test
  void twoProgramsTalkThroughTwoFolders(@TempDir Path otherWay) throws Exception {
    ConnectionOptions here =
        folders.options().transportOption("data_folder_in", otherWay.toString()).build();
    ConnectionOptions there =
        folders.options().transportOption("data_folder_out", otherWay.toString()).build();
    try (TransportConnection asking = folders.open(here);
        TransportConnection answering = folders.open(there)) {
      publish(asking, Destination.queue("questions"), "why?");
      Channel channelThere = answering.openChannel(ChannelPurpose.CONSUMING);
      Delivery question = channelThere.get("questions", AckMode.NONE).orElseThrow();
      publish(answering, Destination.queue("answers"), "because");

      assertThat(text(question)).isEqualTo("why?");
      Channel channelHere = asking.openChannel(ChannelPurpose.CONSUMING);
      assertThat(text(channelHere.get("answers", AckMode.NONE).orElseThrow())).isEqualTo("because");
    }
  }

  @Test
  void bindingsAreInTheFileOfTheirExchangeTheNewestFirst() throws Exception {
    Exchange topic = Exchange.topic("news");
    channel.declare(Queue.bound("all", topic, "#"));
    channel.declare(Queue.bound("sport", topic, "*.sport"));
    channel.bindQueue("sport", Binding.of(topic, "*.sport"));
    Path file = folders.control().resolve("news.exchange");

    assertThat(Files.readString(file))
        .isEqualTo("[[\"*.sport\",\"^[^\\\\.]+\\\\.sport$\",\"sport\"],[\"#\",\"^.*?$\",\"all\"]]");
    channel.deleteQueue("sport");
    assertThat(Files.readString(file)).isEqualTo("[[\"#\",\"^.*?$\",\"all\"]]");
    channel.deleteExchange("news");
    assertThat(file).doesNotExist();
  }

  @Test
  void aConsumerHearsOfAFileThatAnotherProgramWrites() throws Exception {
    RecordingSink sink = RecordingSink.acknowledging();
    channel.declare(Queue.named("jobs"));
    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);

    putFile("7_theirs.jobs.msg", envelope("by hand"));

    sink.await(1);
    assertThat(sink.bodies()).containsExactly("by hand");
  }

  @Test
  void aFileThatIsBeingWrittenIsTakenOnceItIsComplete() throws Exception {
    RecordingSink sink = RecordingSink.acknowledging();
    byte[] whole = envelope("whole");
    Path file = folders.messages().resolve("7_slow.jobs.msg");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    channel.declare(Queue.named("jobs"));
    channel.consume("jobs", ConsumeOptions.prefetching(1), sink);
    assertThat(channel.get("jobs", AckMode.MANUAL)).isEmpty();

    Files.write(file, whole);

    sink.await(1);
    assertThat(sink.bodies()).containsExactly("whole");
  }

  @Test
  void aFileThatStaysUnreadableIsPutAsideAndTheNextOneIsServed() throws Exception {
    Path poison = putFile("1_poison.jobs.msg", bytes("{\"body\": "));
    Files.setLastModifiedTime(poison, FileTime.from(Instant.now().minusSeconds(60)));
    publish(Destination.queue("jobs"), "good");

    assertThat(text(channel.get("jobs", AckMode.NONE).orElseThrow())).isEqualTo("good");

    assertThat(FolderConnections.names(folders.messages())).isEmpty();
    assertThat(FolderConnections.names(folders.messages().resolve(".unreadable")))
        .containsExactly("1_poison.jobs.msg");
  }

  @Test
  void whatTheSystemDoesNotLetUsReadIsLeftAloneAndTheOthersAreServed() throws Exception {
    Path blocked = Files.createDirectory(folders.messages().resolve("1_blocked.jobs.msg"));
    RecordingSink sink = RecordingSink.acknowledging();
    publish(Destination.queue("jobs"), "good");
    channel.declare(Queue.named("jobs"));

    channel.consume("jobs", ConsumeOptions.prefetching(5), sink);

    sink.await(1);
    publish(Destination.queue("jobs"), "next");
    sink.await(2);
    assertThat(sink.bodies()).containsExactly("good", "next");
    assertThat(sink.endings()).isZero();
    assertThat(blocked).exists();
  }

  @Test
  void aFileThatDoesNotFitIntoMemoryIsLeftAloneAndTheOthersAreServed() throws Exception {
    Path huge = folders.messages().resolve("1_huge.jobs.msg");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(1L << 32); // without content, so it takes no room on the disk
    }
    publish(Destination.queue("jobs"), "good");

    assertThat(text(channel.get("jobs", AckMode.NONE).orElseThrow())).isEqualTo("good");

    assertThat(huge).exists();
  }

  @Test
  void messagesThatNobodySettlesComeBackIfTheirConsumerEndsBeforeItHasThem() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    List<String> handed = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 20; i++) {
      publish(Destination.queue("jobs"), "m" + i);
    }
    Channel ending = folders.open().openChannel(ChannelPurpose.CONSUMING);
    ending.consume(
        "jobs",
        new ConsumeOptions(null, AckMode.NONE, 0, false, Map.of()),
        blocking(handed, first, goOn));
    assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(ending::close);
    await().until(() -> !ending.isOpen());
    goOn.complete(null);

    closing.get(10, TimeUnit.SECONDS);
    await().until(() -> handed.size() + channel.declare(Queue.named("jobs")).messages() == 20);
    assertThat(handed).hasSizeLessThan(20);
  }

  @Test
  void otherFilesAreLeftAlone() throws Exception {
    putFile("readme.txt", bytes("x"));
    putFile("1_u.other.msg", envelope("other"));
    channel.declare(Queue.named("jobs"));

    assertThat(channel.get("jobs", AckMode.MANUAL)).isEmpty();
    assertThat(channel.purgeQueue("jobs")).isZero();
    assertThat(channel.deleteQueue("jobs")).isZero();

    assertThat(FolderConnections.names(folders.messages()))
        .containsExactly("1_u.other.msg", "readme.txt");
    assertThat(channel.inspectQueue("other").orElseThrow().messages()).isEqualTo(1);
  }

  @Test
  void aMandatoryMessageThatANamedExchangeCannotRouteIsRefused() {
    channel.declareExchange(Exchange.direct("events"));

    assertThat(channel.publish(new Destination("events", "nowhere", true), message(bytes("lost"))))
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(MessageRefusedException.class);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void whatADirectExchangeCannotRouteGoesToTheQueueForStraysIfThereIsOne() throws Exception {
    ConnectionOptions options =
        folders.options().transportOption("deadletter_queue", "strays").build();
    try (TransportConnection careful = folders.open(options)) {
      careful.openChannel(ChannelPurpose.CONSUMING).declareExchange(Exchange.direct("events"));

      publish(careful, Destination.exchange("events", "nowhere"), "stray");
    }

    assertThat(text(channel.get("strays", AckMode.NONE).orElseThrow())).isEqualTo("stray");
  }

  @Test
  void anAutoDeleteQueueGoesWithItsLastConsumer() throws Exception {
    Exchange news = Exchange.fanout("news");
    Queue mine = Queue.builder("mine").exchange(news).autoDelete().build();
    channel.declare(mine);
    String tag =
        channel.consume("mine", ConsumeOptions.prefetching(1), RecordingSink.acknowledging());

    channel.cancel(tag);

    assertThat(channel.inspectQueue("mine")).isEmpty();
    assertThat(Files.readString(folders.control().resolve("news.exchange"))).isEqualTo("[]");
  }

  @Test
  void aFolderThatIsMissingAndAnOptionThatIsUnknownAreNamed() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                folders.open(
                    folders.options().transportOption("data_folder_in", "/no/such").build()))
        .withMessageContainingAll("/no/such", "data_folder_in", "make it");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> folders.open(folders.options().transportOption("data_folder_inn", "x").build()))
        .withMessageContaining("did you mean data_folder_in?");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> folders.open(folders.options().transportOption("data_folder_in", 7).build()))
        .withMessageContaining("must be text");
  }

  @Test
  void aProgramUsesItByUrlAndOptions() {
    try (Connection program =
        Connection.builder(
                "filesystem://?data_folder_in="
                    + folders.messages()
                    + "&data_folder_out="
                    + folders.messages()
                    + "&control_folder="
                    + folders.control())
            .options(ConnectionOptions.builder().transportOptionsInUrl(true).build())
            .build()) {
      program.declare(Queue.named("jobs"));
      program.producer().build().publish("hello", PublishOptions.to("jobs"));
    }

    await().until(() -> channel.inspectQueue("jobs").orElseThrow().messages() == 1);
  }

  private static DeliverySink blocking(
      List<String> handed, CountDownLatch first, CompletableFuture<Void> goOn) {
    return new DeliverySink() {
      @Override
      public void accept(Delivery delivery) {
        handed.add(text(delivery));
        first.countDown();
        goOn.join();
      }

      @Override
      public void ended(OperationalException cause) {}
    };
  }

  private void flush() {
    channel.inspectQueue("jobs");
  }

  private Path putFile(String name, byte[] content) throws IOException {
    return Files.write(folders.messages().resolve(name), content);
  }

  private static byte[] envelope(String body) {
    return VirtualEnvelope.encode(
        message(bytes(body)), "", "jobs", "tag", VirtualEnvelope.BodyEncoding.BASE64);
  }

  private void publish(Destination to, String body) throws Exception {
    publish(connection, to, body);
  }

  private static void publish(TransportConnection connection, Destination to, String body)
      throws Exception {
    connection
        .openChannel(ChannelPurpose.PUBLISHING)
        .publish(to, message(bytes(body)))
        .get(5, TimeUnit.SECONDS);
  }
}
