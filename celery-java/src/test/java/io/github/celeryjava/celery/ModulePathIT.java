package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.Services;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts JVMs in which both libraries, and an application that uses them, are named modules. */
class ModulePathIT {

  private static final String COMMAND =
      "io.github.celeryjava.celery/io.github.celeryjava.celery.cli.CeleryCommand";

  private static final String USED =
      "amqp-client|commons-pool2|jackson|slf4j-api|jspecify|jedis|picocli|logback";

  private static final String MODULE =
      """
      module shop {
        requires io.github.celeryjava.celery;
        opens shop to io.github.celeryjava.celery, com.fasterxml.jackson.databind;
      }
      """;

  private static final String APP =
      """
      package shop;

      import io.github.celeryjava.celery.*;
      import io.github.celeryjava.celery.config.Settings;
      import io.github.celeryjava.celery.result.AsyncResult;
      import io.github.celeryjava.celery.task.CeleryTask;
      import io.github.celeryjava.celery.worker.Worker;
      import java.time.Duration;
      import java.util.List;

      public final class Shop implements CeleryProvider {
        record Item(String name, int price) {}
        record Bill(int total, List<Item> items) {}

        @CeleryTask("shop.bill")
        public Bill bill(List<Item> items) {
          return new Bill(items.stream().mapToInt(Item::price).sum(), items);
        }

        @Override
        public Celery get() {
          return Celery.builder()
              .withoutEnvironment()
              .broker(System.getProperty("broker", "memory://"))
              .backend(System.getProperty("backend", "memory://"))
              .set(Settings.TASK_DEFAULT_QUEUE, "module-path-it")
              .build()
              .register(this);
        }

        public static void main(String[] args) throws Exception {
          System.out.println(Celery.class.getModule());
          try (Celery app = new Shop().get(); Worker worker = Worker.of(app)) {
            worker.start();
            AsyncResult<Object> bill =
                app.send("shop.bill", List.of(new Item("tea", 3), new Item("cup", 4)));
            System.out.println("result " + bill.get(Duration.ofSeconds(30)));
          }
        }
      }
      """;

  @TempDir private static Path directory;
  private static Path shop;

  @BeforeAll
  static void compileTheApplication() throws IOException {
    Path sources = Files.createDirectories(directory.resolve("sources/shop"));
    shop = directory.resolve("shop");
    Path module = Files.writeString(sources.resolveSibling("module-info.java"), MODULE);
    Path app = Files.writeString(sources.resolve("Shop.java"), APP);

    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-parameters",
                "--module-path",
                path(libraries()),
                "-d",
                shop.toString(),
                module.toString(),
                app.toString());

    assertThat(code).isZero();
  }

  @Test
  void theCommandTellsTheVersionOfItsModule() throws Exception {
    Ended command = java(libraries(), "--add-modules", "info.picocli", "-m", COMMAND, "--version");

    assertThat(command.output()).matches("celery-java \\d+\\.\\d+\\.\\d+\\S* on Java .*\\s*");
    assertThat(command.code()).isZero();
  }

  @Test
  void theCommandSaysWhichLibraryAndModuleItNeeds() throws Exception {
    Ended command = java(libraries(), "-m", COMMAND, "--version");

    assertThat(command.output()).contains("info.picocli:picocli", "--add-modules info.picocli");
    assertThat(command.code()).isEqualTo(1);
  }

  @Test
  void aTaskWithRecordsRunsInAWorkerOfTheSameJvm() throws Exception {
    Ended program = java(withShop(libraries()), "-m", "shop/shop.Shop");

    assertThat(program.output())
        .contains("module io.github.celeryjava.celery")
        .contains("result {total=7, items=[{name=tea, price=3}, {name=cup, price=4}]}");
    assertThat(program.code()).isZero();
  }

  @Test
  void theCommandRunsTheAppOfAnotherModule() throws Exception {
    Ended command =
        java(
            withShop(libraries()),
            "--add-modules",
            "shop,info.picocli",
            "-m",
            COMMAND,
            "-A",
            "shop.Shop",
            "call",
            "shop.bill",
            "-a",
            "[[]]");

    assertThat(command.output()).matches("[0-9a-f-]{36}\\s*");
    assertThat(command.code()).isZero();
  }

  @Test
  void aTaskGoesThroughRabbitMqAndItsResultThroughRedis() throws Exception {
    String broker = Services.amqp().toString();
    String backend = Services.redis().toString();

    Ended program =
        java(
            withShop(libraries()),
            "-Dbroker=" + broker,
            "-Dbackend=" + backend,
            "--add-modules",
            "com.rabbitmq.client,redis.clients.jedis",
            "-m",
            "shop/shop.Shop");

    assertThat(program.output()).contains("result {total=7");
    assertThat(program.code()).isZero();
  }

  @Test
  void aDriverThatNobodyRequiresIsAnErrorThatSaysSo() throws Exception {
    Ended command =
        java(
            withShop(libraries()),
            "-Dbroker=amqp://127.0.0.1:1",
            "--add-modules",
            "shop,info.picocli",
            "-m",
            COMMAND,
            "-A",
            "shop.Shop",
            "call",
            "shop.bill");

    assertThat(command.output())
        .contains("Error: ", "needs a library", "what your module requires", "com/rabbitmq");
    assertThat(command.code()).isEqualTo(1);
  }

  @Test
  void aProgramOverMemoryNeedsNoOptionalLibrary() throws Exception {
    List<Path> withoutThem =
        libraries().stream()
            .filter(file -> !file.toString().matches(".*(amqp-client|jedis|logback|picocli).*"))
            .toList();

    Ended program = java(withShop(withoutThem), "-m", "shop/shop.Shop");

    assertThat(program.output()).contains("result {total=7");
    assertThat(program.code()).isZero();
  }

  private record Ended(int code, String output) {}

  private static Ended java(List<Path> modules, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--module-path");
    command.add(path(modules));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output));
  }

  private static List<Path> withShop(List<Path> libraries) {
    return Stream.concat(libraries.stream(), Stream.of(shop)).toList();
  }

  /** The libraries of this project and what they can use; not what only tests use. */
  private static List<Path> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            file ->
                file.matches(
                        ".*/(celery-java|kombu-java)(/target/classes/?|-[^/]*(?<!-tests)\\.jar)")
                    || file.matches(".*/(" + USED + ")[^/]*\\.jar"))
        .map(Path::of)
        .toList();
  }

  private static String path(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
