package io.finward.conntrack.client;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * An entry as {@code conntrack -L -o xml,id} tells it.
 *
 * @param original source, port, destination, port
 * @param reply the same of the answers
 * @param state in the tool's words
 * @param marks {@code assured}, {@code unreplied}
 */
record ListedEntry(
    List<String> original,
    List<String> reply,
    String state,
    int timeout,
    long mark,
    long id,
    Set<String> marks) {
  /** The tool's list of a family's TCP entries; more of its options narrow it. */
  static List<ListedEntry> list(NetworkNamespace where, String family, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of("conntrack", "-L", "-f", family, "-p", "tcp", "-o", "xml,id"));
    command.addAll(List.of(options));
    String output = where.run(command.toArray(String[]::new));
    int end = output.indexOf("</conntrack>");
    if (end < 0) {
      return List.of();
    }
    // Its standard error, which comes in any place, is one line that begins with its name.
    String xml = output.replaceAll("(?m)^conntrack v.*\\R?", "");
    try {
      NodeList flows =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(xml.strip())))
              .getElementsByTagName("flow");
      List<ListedEntry> entries = new ArrayList<>();
      for (int i = 0; i < flows.getLength(); i++) {
        entries.add(of((Element) flows.item(i)));
      }
      return entries;
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(output, e);
    }
  }

  private static ListedEntry of(Element flow) {
    NodeList metas = flow.getElementsByTagName("meta");
    Element independent = (Element) metas.item(2);
    Set<String> marks = new TreeSet<>();
    for (Node node = independent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals("assured") || node.getNodeName().equals("unreplied")) {
        marks.add(node.getNodeName());
      }
    }
    return new ListedEntry(
        tuple((Element) metas.item(0)),
        tuple((Element) metas.item(1)),
        text(independent, "state"),
        Integer.parseInt(text(independent, "timeout")),
        Long.parseLong(text(independent, "mark")),
        Long.parseLong(text(independent, "id")),
        marks);
  }

  private static List<String> tuple(Element meta) {
    return List.of(text(meta, "src"), text(meta, "sport"), text(meta, "dst"), text(meta, "dport"));
  }

  private static String text(Element in, String name) {
    return in.getElementsByTagName(name).item(0).getTextContent();
  }
}
