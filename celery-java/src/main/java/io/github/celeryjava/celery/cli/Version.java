package io.github.celeryjava.celery.cli;

import java.lang.module.ModuleDescriptor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {text() + " on Java " + Runtime.version()};
  }

  static String text() {
    String version = version();
    return "celery-java " + (version == null ? "(unpackaged)" : version);
  }

  /** A jar's manifest counts on the class path only. */
  private static @Nullable String version() {
    ModuleDescriptor module = Version.class.getModule().getDescriptor();
    return module == null
        ? Version.class.getPackage().getImplementationVersion()
        : module.rawVersion().orElse(null);
  }
}
