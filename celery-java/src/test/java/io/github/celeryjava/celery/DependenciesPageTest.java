package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class DependenciesPageTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");

  @Test
  void thePageOfDependenciesNamesEachLibraryAndEachExclusionOfTheBuild() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/dependencies.md"));

    List<String> groups = groupsOfLibraries();

    assertThat(groups).contains("com.rabbitmq", "io.netty", "org.testcontainers");
    assertThat(groups).allSatisfy(group -> assertThat(page).contains("`" + group + ":"));
  }

  /** Of the managed dependencies and of what they exclude. */
  private static List<String> groupsOfLibraries()
      throws ParserConfigurationException, SAXException, IOException {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(ROOT.resolve("pom.xml").toFile())
            .getDocumentElement();
    Element managed = (Element) project.getElementsByTagName("dependencyManagement").item(0);
    NodeList ids = managed.getElementsByTagName("groupId");
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < ids.getLength(); i++) {
      groups.add(ids.item(i).getTextContent());
    }
    return groups.stream()
        .filter(group -> !group.equals("io.github.celeryjava"))
        .map(group -> group.equals("com.fasterxml.jackson") ? group + ".core" : group)
        .map(group -> group.equals("org.junit") ? group + ".jupiter" : group)
        .distinct()
        .toList();
  }
}
