package io.github.celeryjava.kombu.transport.filesystem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one connection with the messages that it has taken and that are not done with, and
 * the lock that says that the connection lives: the system lets go of it when the process dies, and
 * others put the messages back. Used by one thread at a time.
 *
 * <p>It lies inside the folder of the messages, so that taking one is a change of its name, which
 * either happens or does not. kombu's programs do not look into folders there.
 */
final class HeldFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(HeldFolder.class);

  private static final String PLACE = ".unacked";
  private static final String LOCK = ".lock";

  private final Path place;
  private final Path folder;
  private final Path lockFile;

  // Mutable state
  private @Nullable FileChannel channel;

  HeldFolder(Path messages) {
    place = messages.resolve(PLACE);
    String owner = UUID.randomUUID().toString();
    folder = place.resolve(owner);
    lockFile = place.resolve(owner + LOCK);
  }

  /** Where the file of a message is while it is held. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Makes the folder, at the first use. */
  void open() throws IOException {
    if (channel != null) {
      return;
    }
    Files.createDirectories(place);
    FileChannel opened =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = opened.tryLock();
    if (lock == null || !Files.exists(lockFile)) {
      opened.close(); // somebody who was clearing up took it for a dead one's
      throw new IOException("lost the race for " + lockFile);
    }
    Files.createDirectory(folder);
    channel = opened;
  }

  /** Gives the names of the files that are in the folder. */
  List<String> names() throws IOException {
    return names(folder);
  }

  /**
   * Finds the folders of connections whose process is dead, and clears them away.
   *
   * @param putBack puts the file of a message back among the others
   */
  void sweep(Consumer<Path> putBack) throws IOException {
    for (String name : names(place)) {
      if (name.endsWith(LOCK) && !place.resolve(name).equals(lockFile)) {
        sweep(name.substring(0, name.length() - LOCK.length()), putBack);
      }
    }
  }

  /** Removes the folder, which must be empty, and lets go of the lock. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      Files.deleteIfExists(folder);
      Files.deleteIfExists(lockFile);
      channel.close();
      channel = null;
    }
  }

  private void sweep(String owner, Consumer<Path> putBack) throws IOException {
    Path dead = place.resolve(owner);
    try (FileChannel theirs =
            FileChannel.open(place.resolve(owner + LOCK), StandardOpenOption.WRITE);
        FileLock lock = theirs.tryLock()) {
      if (lock == null) {
        return; // it lives
      }
      List<String> left = names(dead);
      left.forEach(name -> putBack.accept(dead.resolve(name)));
      Files.deleteIfExists(dead);
      Files.deleteIfExists(place.resolve(owner + LOCK));
      log.info("Put back {} messages of a connection whose process is gone", left.size());
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      log.debug("{} is cleared away by somebody else, or belongs to this process", dead, e);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return names;
  }
}
