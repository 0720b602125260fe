package dev.holdfast.benchmarks;

import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;
import org.w3c.dom.Document;

/**
 * Draws bars as SVG. Its letters are shapes: it looks the same without the fonts of this machine.
 */
final class Chart {

  private static final int WIDTH = 1_200;
  private static final int HEIGHT = 540;
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  /** Text is drawn as outlines, for which a tenth of a pixel is enough. */
  private static final Pattern MORE_DIGITS = Pattern.compile("(\\d\\.\\d)\\d+");

  private Chart() {}

  static String svg(Bars bars) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(bars.title())
            .yAxisTitle(bars.unit())
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisMin(1.0); // Bars begin at 0 otherwise, which has no logarithm.
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    for (Map.Entry<String, List<Double>> peer : bars.heights().entrySet()) {
      if (peer.getValue().size() == bars.groups().size()) { // Else it failed at some of them.
        chart.addSeries(peer.getKey(), bars.groups(), peer.getValue());
      }
    }
    Document document =
        GenericDOMImplementation.getDOMImplementation().createDocument(NAMESPACE, "svg", null);
    SVGGraphics2D graphics = new SVGGraphics2D(document);
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    chart.paint(graphics, WIDTH, HEIGHT);
    StringWriter text = new StringWriter();
    graphics.stream(text, true);
    return MORE_DIGITS.matcher(text.toString()).replaceAll("$1");
  }
}
