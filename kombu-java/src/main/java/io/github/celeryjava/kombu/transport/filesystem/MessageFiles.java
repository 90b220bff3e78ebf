package io.github.celeryjava.kombu.transport.filesystem;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.protocol.QueueFiles;
import io.github.celeryjava.kombu.protocol.UnackedRecord;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of messages, and their ways from folder to folder. Each step is one change of a name,
 * so that whenever the process dies each message is in exactly one place. Used by one thread at a
 * time; other threads and processes may do to the folders what they like.
 */
final class MessageFiles {

  private static final Logger log = LoggerFactory.getLogger(MessageFiles.class);

  /** Python writes a file where it will stay, so a young one may not be complete. */
  private static final Duration BEING_WRITTEN = Duration.ofSeconds(5);

  /** How long a file that the system does not let us read is left alone. */
  private static final Duration UNTIL_NEXT_TRY = Duration.ofSeconds(30);

  private static final String ASIDE = ".unreadable";

  /**
   * A message that was taken.
   *
   * @param json the envelope as it was in the file
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Taken(byte[] json, VirtualEnvelope envelope) {}

  private final FolderOptions options;
  private final Clock clock;
  private final HeldFolder held;

  // Mutable state
  private final Map<String, FileTime> incomplete = new HashMap<>(); // to when it was written to
  private final Map<String, Instant> unreadable = new HashMap<>(); // to when it is tried again

  MessageFiles(FolderOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
    held = new HeldFolder(options.in());
  }

  /** Stores a message where consumers look for it. */
  void write(String name, byte[] envelope) throws IOException {
    place(options.out(), name, envelope);
  }

  /** The queues that have messages which can be taken. */
  Set<String> queues() throws IOException {
    List<String> names = list();
    incomplete.keySet().retainAll(names);
    unreadable.keySet().retainAll(names);
    Set<String> queues = new HashSet<>();
    for (String name : names) {
      String queue = QueueFiles.queueOf(name);
      if (queue != null && !isStillIncomplete(name) && !isLeftAlone(name)) {
        queues.add(queue);
      }
    }
    return queues;
  }

  /** The names of a queue's files, in the order in which they are served. */
  List<String> names(String queue) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : list()) {
      if (queue.equals(QueueFiles.queueOf(name))) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }

  /**
   * Takes a message for itself.
   *
   * @return null if somebody else has it, or it is not complete, or cannot be read and was put
   *     aside or is left alone for now
   */
  @Nullable Taken take(String name) throws IOException {
    Path file = options.in().resolve(name);
    Taken taken = isLeftAlone(name) ? null : read(file);
    if (taken == null) {
      return null;
    }
    held.open();
    try {
      Files.move(file, held.file(name), StandardCopyOption.ATOMIC_MOVE);
      return taken;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** A message is done with. */
  void finish(String name) throws IOException {
    Path processed = options.processed();
    if (processed == null) {
      Files.deleteIfExists(held.file(name));
    } else {
      Files.move(held.file(name), processed.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A message that was done with too early goes back to its place, marked as redelivered. */
  void restore(String name, byte[] json) throws IOException {
    place(options.in(), name, UnackedRecord.redelivered(json));
    Path processed = options.processed();
    if (processed != null) {
      Files.deleteIfExists(processed.resolve(name));
    }
  }

  /** A message goes back to its place, marked as redelivered. */
  void giveBack(String name) throws IOException {
    giveBack(held.file(name));
  }

  /** Deletes a message that nobody has taken; says whether there was one. */
  boolean delete(String name) throws IOException {
    return Files.deleteIfExists(options.in().resolve(name));
  }

  /** Puts back what was taken by processes that are dead. */
  void sweep() throws IOException {
    held.sweep(
        file -> {
          try {
            giveBack(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Puts back what is left and stops being seen as alive. */
  void close() throws IOException {
    try (held) {
      for (String name : held.names()) {
        giveBack(held.file(name));
      }
    }
  }

  private void giveBack(Path file) throws IOException {
    Path folder = requireNonNull(file.getParent(), "held files are in a folder");
    String name = file.getFileName().toString();
    try {
      // Marked where it is, so that it is never in two places.
      place(folder, name, UnackedRecord.redelivered(Files.readAllBytes(file)));
    } catch (DecodeException e) {
      log.debug("{} goes back as it is, since it cannot be read", file, e);
    }
    Files.move(file, options.in().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Null if there is no such file any more, or nothing that can be read yet or at all. */
  private @Nullable Taken read(Path file) throws IOException {
    try {
      byte[] json = Files.readAllBytes(file);
      return new Taken(json, VirtualEnvelope.decode(json));
    } catch (DecodeException e) {
      undecodable(file, e);
    } catch (NoSuchFileException e) {
      log.debug("{} is taken by somebody else", file, e);
    } catch (IOException | OutOfMemoryError e) {
      // Not put aside: another program, or a later try, may be able to.
      unreadable.put(file.getFileName().toString(), clock.instant().plus(UNTIL_NEXT_TRY));
      log.error("{} cannot be read, trying again in {}: {}", file, UNTIL_NEXT_TRY, e.toString());
    }
    return null;
  }

  private boolean isLeftAlone(String name) {
    Instant next = unreadable.get(name);
    return next != null && clock.instant().isBefore(next);
  }

  private void undecodable(Path file, DecodeException e) throws IOException {
    String name = file.getFileName().toString();
    FileTime written = Files.getLastModifiedTime(file);
    if (isYoung(written)) {
      incomplete.put(name, written);
      return;
    }
    Path aside = Files.createDirectories(options.in().resolve(ASIDE)).resolve(name);
    Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
    log.error("A message cannot be read and was put aside as {}: {}", aside, e.getMessage());
  }

  /** Whether a file that was not complete is as it was, and may yet become complete. */
  private boolean isStillIncomplete(String name) throws IOException {
    FileTime seen = incomplete.get(name);
    if (seen == null) {
      return false;
    }
    try {
      FileTime written = Files.getLastModifiedTime(options.in().resolve(name));
      if (written.equals(seen) && isYoung(written)) {
        return true;
      }
    } catch (NoSuchFileException e) {
      log.debug("{} is gone", name, e);
    }
    incomplete.remove(name);
    return false;
  }

  private boolean isYoung(FileTime written) {
    Duration age = Duration.between(written.toInstant(), clock.instant());
    return age.compareTo(BEING_WRITTEN) < 0;
  }

  private List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(options.in())) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  /** Puts a file there in one step, under a name that was never the name of half of it. */
  private static void place(Path folder, String name, byte[] content) throws IOException {
    Path temporary = folder.resolve('.' + UUID.randomUUID().toString());
    Files.write(temporary, content);
    Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
