package io.github.celeryjava.kombu.transport.filesystem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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

  /**
   * The lock files that this process holds. The system lets go of a lock of a process as soon as
   * the process closes the file anywhere, so none of these may be opened to look at it.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

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
    Files.createDirectories(folder);
    // Locked before it has the name that others look for, who would take it for a dead one's.
    Path unnamed = place.resolve('.' + UUID.randomUUID().toString());
    FileChannel opened =
        FileChannel.open(unnamed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    OWN.add(lockFile);
    boolean named = false;
    try {
      opened.lock();
      Files.move(unnamed, lockFile, StandardCopyOption.ATOMIC_MOVE);
      named = true;
    } finally {
      if (!named) {
        OWN.remove(lockFile);
        opened.close();
      }
    }
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
      if (name.endsWith(LOCK) && !OWN.contains(place.resolve(name))) {
        sweep(name.substring(0, name.length() - LOCK.length()), putBack);
      }
    }
  }

  /**
   * Lets go of the lock, and removes the folder if it is empty; what is left in it is for others to
   * put back.
   */
  @Override
  public void close() throws IOException {
    FileChannel last = channel;
    if (last == null) {
      return;
    }
    channel = null;
    try {
      Files.deleteIfExists(folder);
      Files.deleteIfExists(lockFile);
    } finally {
      last.close();
      OWN.remove(lockFile);
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
