import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.*;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** The truth as Apache POI writes it: arguments are the lines of cells, the name of the sheet, and files named after the kind of workbook. */
public class WriteTruth {
    public static void main(String[] given) throws Exception {
        List<String> lines = Files.readAllLines(Paths.get(given[0]), StandardCharsets.UTF_8);
        for (String kind : new String[] {"xssf.xlsx", "sxssf.xlsx", "hssf.xls"}) {
            try (Workbook book = made(kind); OutputStream out = new FileOutputStream(new File(given[2], kind))) {
                fill(book, book.createSheet(given[1]), lines);
                book.write(out);
            } catch (LinkageError missing) {
                // Debian 12 ships the schemas of .xlsx without what they were compiled to.
                System.err.println(kind + ": " + missing);
                new File(given[2], kind).delete();
            }
        }
    }

    static Workbook made(String kind) {
        if (kind.startsWith("hssf")) return new HSSFWorkbook();
        return kind.startsWith("sxssf") ? new SXSSFWorkbook(100) : new XSSFWorkbook();
    }

    static void fill(Workbook book, Sheet sheet, List<String> lines) {
        Map<String, CellStyle> styles = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            int at = Integer.parseInt(parts[0]);
            Row row = sheet.getRow(at) == null ? sheet.createRow(at) : sheet.getRow(at);
            Cell cell = row.createCell(Integer.parseInt(parts[1]));
            cell.setCellStyle(styles.computeIfAbsent(parts[3], code -> {
                CellStyle style = book.createCellStyle();
                style.setDataFormat(book.createDataFormat().getFormat(code));
                return style;
            }));
            if (parts[2].equals("text")) cell.setCellValue(parts[4].replace("\\n", "\n"));
            if (parts[2].equals("number")) cell.setCellValue(Double.parseDouble(parts[4]));
            if (parts[2].equals("boolean")) cell.setCellValue(parts[4].equals("True"));
            if (parts[2].equals("error")) cell.setCellErrorValue(FormulaError.forString(parts[4]).getCode());
        }
    }
}
