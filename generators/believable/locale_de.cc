#include "generators/believable/locales.h"

namespace resow::believable {
namespace {

constexpr std::string_view kFemaleNames[] = {
    "Alina",   "Amelie",    "Andrea", "Anja",      "Anke",      "Anna",      "Annika",
    "Antonia", "Barbara",   "Birgit", "Carla",     "Charlotte", "Christine", "Clara",
    "Claudia", "Daniela",   "Elena",  "Elisabeth", "Ella",      "Emilia",    "Emma",
    "Eva",     "Franziska", "Frieda", "Greta",     "Hannah",    "Heike",     "Helena",
    "Ida",     "Inga",      "Jana",   "Johanna",   "Julia",     "Karin",     "Katharina",
    "Katja",   "Klara",     "Lara",   "Laura",     "Lea",       "Lena",      "Leonie",
    "Lina",    "Luisa",     "Maja",   "Maria",     "Marie",     "Martina",   "Mathilda",
    "Melanie", "Mia",       "Monika", "Nele",      "Nicole",    "Nina",      "Paula",
    "Petra",   "Pia",       "Sabine", "Sandra",    "Sarah",     "Sophie",    "Susanne",
    "Ulrike",
};

constexpr std::string_view kMaleNames[] = {
    "Alexander", "Andreas", "Anton",     "Ben",    "Bernd",   "Björn",  "Carsten",   "Christian",
    "Clemens",   "Daniel",  "David",     "Dennis", "Dieter",  "Dirk",   "Elias",     "Emil",
    "Erik",      "Fabian",  "Felix",     "Finn",   "Florian", "Frank",  "Friedrich", "Georg",
    "Günther",   "Hannes",  "Hans",      "Heiko",  "Henrik",  "Holger", "Jakob",     "Jan",
    "Jannik",    "Jens",    "Johannes",  "Jonas",  "Jörg",    "Jürgen", "Kai",       "Karl",
    "Klaus",     "Konrad",  "Lars",      "Leon",   "Lukas",   "Marcel", "Markus",    "Martin",
    "Matthias",  "Max",     "Michael",   "Moritz", "Niklas",  "Oliver", "Oskar",     "Paul",
    "Peter",     "Philipp", "Sebastian", "Stefan", "Thomas",  "Tobias", "Uwe",       "Wolfgang",
};

constexpr std::string_view kLastNames[] = {
    "Albrecht", "Arnold",   "Bauer",      "Baumann",    "Beck",      "Becker",   "Berger",
    "Bergmann", "Böhm",     "Braun",      "Brandt",     "Busch",     "Dietrich", "Engel",
    "Ernst",    "Fischer",  "Frank",      "Franke",     "Friedrich", "Fuchs",    "Geiger",
    "Graf",     "Groß",     "Günther",    "Haas",       "Hahn",      "Hartmann", "Heinrich",
    "Herrmann", "Hoffmann", "Hofmann",    "Horn",       "Huber",     "Jäger",    "Jung",
    "Kaiser",   "Keller",   "Klein",      "Koch",       "Köhler",    "König",    "Krämer",
    "Kraus",    "Krause",   "Krüger",     "Kuhn",       "Kühn",      "Lang",     "Lange",
    "Lehmann",  "Lorenz",   "Ludwig",     "Maier",      "Martin",    "Mayer",    "Meier",
    "Meyer",    "Möller",   "Müller",     "Neumann",    "Otto",      "Peters",   "Pfeiffer",
    "Pohl",     "Richter",  "Roth",       "Sauer",      "Schäfer",   "Schmid",   "Schmidt",
    "Schmitt",  "Schmitz",  "Schneider",  "Scholz",     "Schreiber", "Schröder", "Schubert",
    "Schulte",  "Schulz",   "Schulze",    "Schumacher", "Schuster",  "Schwarz",  "Seidel",
    "Simon",    "Sommer",   "Stein",      "Thomas",     "Vogel",     "Vogt",     "Voigt",
    "Wagner",   "Walter",   "Weber",      "Weiß",       "Werner",    "Winkler",  "Winter",
    "Wolf",     "Ziegler",  "Zimmermann", "Brinkmann",  "Ackermann", "Lindner",
};

constexpr std::string_view kJobTitles[] = {
    "Buchhalterin",
    "Architekt",
    "Tischlerin",
    "Koch",
    "Bauingenieurin",
    "Texter",
    "Kundenberaterin",
    "Datenanalyst",
    "Elektrikerin",
    "Grafikdesigner",
    "Personalleiterin",
    "Journalist",
    "Rechtsanwältin",
    "Bibliothekar",
    "Logistikplanerin",
    "Marketingleiter",
    "Mechanikerin",
    "Krankenpfleger",
    "Büroleiterin",
    "Fotograf",
    "Produktmanagerin",
    "Projektleiter",
    "Vertriebsmitarbeiterin",
    "Softwareentwickler",
    "Lehrerin",
    "Lagerist",
    "Einkäuferin",
    "Steuerberater",
    "Apothekerin",
    "Physiotherapeut",
    "Bäckerin",
    "Systemadministrator",
};

constexpr std::string_view kDepartments[] = {
    "Buchhaltung", "Kundendienst", "Gestaltung", "Entwicklung", "Finanzen", "Personal",
    "Recht",       "Logistik",     "Marketing",  "Betrieb",     "Einkauf",  "Vertrieb",
};

constexpr City kCities[] = {
    {"Berlin", "Berlin", "10", 52.520, 13.405},
    {"Hamburg", "Hamburg", "20", 53.551, 9.994},
    {"München", "Bayern", "80", 48.137, 11.576},
    {"Köln", "Nordrhein-Westfalen", "50", 50.938, 6.960},
    {"Frankfurt am Main", "Hessen", "60", 50.110, 8.682},
    {"Stuttgart", "Baden-Württemberg", "70", 48.776, 9.183},
    {"Düsseldorf", "Nordrhein-Westfalen", "40", 51.227, 6.774},
    {"Leipzig", "Sachsen", "04", 51.340, 12.375},
    {"Dortmund", "Nordrhein-Westfalen", "44", 51.514, 7.466},
    {"Essen", "Nordrhein-Westfalen", "45", 51.456, 7.012},
    {"Bremen", "Bremen", "28", 53.079, 8.802},
    {"Dresden", "Sachsen", "01", 51.050, 13.738},
    {"Hannover", "Niedersachsen", "30", 52.376, 9.732},
    {"Nürnberg", "Bayern", "90", 49.452, 11.077},
    {"Bielefeld", "Nordrhein-Westfalen", "33", 52.030, 8.532},
    {"Bonn", "Nordrhein-Westfalen", "53", 50.737, 7.098},
    {"Münster", "Nordrhein-Westfalen", "48", 51.961, 7.626},
    {"Mannheim", "Baden-Württemberg", "68", 49.488, 8.467},
    {"Karlsruhe", "Baden-Württemberg", "76", 49.007, 8.404},
    {"Augsburg", "Bayern", "86", 48.371, 10.898},
    {"Wiesbaden", "Hessen", "65", 50.083, 8.241},
    {"Braunschweig", "Niedersachsen", "38", 52.268, 10.527},
    {"Kiel", "Schleswig-Holstein", "24", 54.323, 10.123},
    {"Chemnitz", "Sachsen", "09", 50.828, 12.921},
    {"Aachen", "Nordrhein-Westfalen", "52", 50.776, 6.084},
    {"Halle (Saale)", "Sachsen-Anhalt", "06", 51.483, 11.970},
    {"Magdeburg", "Sachsen-Anhalt", "39", 52.121, 11.628},
    {"Freiburg im Breisgau", "Baden-Württemberg", "79", 47.999, 7.842},
    {"Lübeck", "Schleswig-Holstein", "23", 53.866, 10.687},
    {"Erfurt", "Thüringen", "99", 50.985, 11.030},
    {"Rostock", "Mecklenburg-Vorpommern", "18", 54.092, 12.099},
    {"Mainz", "Rheinland-Pfalz", "55", 49.993, 8.247},
    {"Kassel", "Hessen", "34", 51.313, 9.481},
    {"Saarbrücken", "Saarland", "66", 49.240, 6.997},
    {"Potsdam", "Brandenburg", "14", 52.391, 13.064},
    {"Oldenburg", "Niedersachsen", "26", 53.144, 8.214},
    {"Regensburg", "Bayern", "93", 49.013, 12.102},
    {"Würzburg", "Bayern", "97", 49.791, 9.953},
    {"Ulm", "Baden-Württemberg", "89", 48.401, 9.988},
    {"Göttingen", "Niedersachsen", "37", 51.541, 9.916},
};

constexpr std::string_view kStreets[] = {
    "Ahornweg",       "Am Markt",    "Bachstraße",   "Bahnhofstraße",   "Beethovenstraße",
    "Bergstraße",     "Birkenweg",   "Blumenstraße", "Brunnenstraße",   "Buchenweg",
    "Dorfstraße",     "Eichenweg",   "Feldstraße",   "Friedhofstraße",  "Gartenstraße",
    "Goethestraße",   "Hauptstraße", "Hochstraße",   "Industriestraße", "Jahnstraße",
    "Kastanienallee", "Kirchgasse",  "Kirchstraße",  "Lessingstraße",   "Lindenstraße",
    "Ludwigstraße",   "Marktplatz",  "Mittelstraße", "Mozartstraße",    "Mühlenweg",
    "Parkstraße",     "Poststraße",  "Ringstraße",   "Rosenweg",        "Schillerstraße",
    "Schlossstraße",  "Schulstraße", "Talstraße",    "Waldstraße",      "Wiesenweg",
};

constexpr std::string_view kCompanyPatterns[] = {
    "{last_name} GmbH",
    "{last_name} & {other_name} GmbH",
    "{last_name} AG",
    "{last_name} KG",
    "{last_name} GmbH & Co. KG",
    "{last_name} & Söhne",
    "Gebrüder {last_name}",
    "{last_name} Handels GmbH",
    "{last_name} Logistik GmbH",
    "{last_name} Maschinenbau AG",
    "Autohaus {last_name}",
    "{last_name} {other_name} OHG",
};

constexpr std::string_view kClothing[] = {"Jacke",   "Mantel", "Pullover", "Kapuzenpulli",
                                          "T-Shirt", "Hemd",   "Bluse",    "Kleid",
                                          "Rock",    "Jeans",  "Hose",     "Strickjacke"};
constexpr std::string_view kShoes[] = {"Turnschuhe", "Stiefel",    "Sandalen",   "Halbschuhe",
                                       "Pumps",      "Hausschuhe", "Laufschuhe", "Stiefeletten"};
constexpr std::string_view kAccessories[] = {"Handtasche", "Rucksack",    "Geldbörse", "Gürtel",
                                             "Schal",      "Hut",         "Halskette", "Armband",
                                             "Uhr",        "Sonnenbrille"};
constexpr std::string_view kHome[] = {"Lampe",  "Stuhl",   "Beistelltisch", "Spiegel",
                                      "Vase",   "Teppich", "Wanduhr",       "Bücherregal",
                                      "Kissen", "Decke",   "Tablett",       "Kerzenhalter"};
constexpr std::string_view kElectronics[] = {"Kopfhörer",    "Kamera",     "Tastatur", "Bildschirm",
                                             "Lautsprecher", "Handyhülle", "Tablet",   "Radio"};
constexpr std::string_view kToys[] = {"Puzzle",  "Brettspiel", "Puppe",     "Eisenbahn",
                                      "Drachen", "Teddybär",   "Bauklötze", "Kartenspiel"};
constexpr std::string_view kSport[] = {"Fahrradhelm",    "Zelt",      "Yogamatte",
                                       "Tennisschläger", "Fußball",   "Schlittschuhe",
                                       "Wanderstöcke",   "Schlafsack"};
constexpr std::string_view kBooks[] = {"Kochbuch",   "Krimi",       "Reiseführer", "Biografie",
                                       "Bilderbuch", "Gedichtband", "Atlas",       "Comic"};

constexpr Category kCategories[] = {
    {"Kleidung", kClothing},      {"Schuhe", kShoes},           {"Accessoires", kAccessories},
    {"Haus & Garten", kHome},     {"Elektronik", kElectronics}, {"Spielzeug", kToys},
    {"Sport & Freizeit", kSport}, {"Bücher", kBooks},
};

constexpr std::string_view kColours[] = {
    "schwarz", "weiß",  "grau",  "silber", "gold", "rot",  "weinrot", "rosa", "orange",     "gelb",
    "beige",   "creme", "braun", "grün",   "oliv", "mint", "türkis",  "blau", "dunkelblau", "lila",
};
constexpr std::string_view kMaterials[] = {
    "Baumwolle", "Leinen", "Wolle", "Seide",  "Denim", "Leder", "Wildleder", "Samt",
    "Canvas",    "Filz",   "Stahl", "Bambus", "Holz",  "Glas",  "Keramik",   "Recyclingmaterial",
};
constexpr std::string_view kConditions[] = {"Neu", "Wie neu", "Sehr gut", "Gut", "Akzeptabel"};
constexpr std::string_view kSizes[] = {"34", "36", "38", "40", "42", "44"};

constexpr std::string_view kProductPatterns[] = {
    "{brand} {thing} {colour}",
    "{brand} {thing} aus {material}",
    "{brand} {thing} {colour}, Gr. {size}",
    "{thing} von {brand}, {colour}",
    "{thing} {brand} - {condition}",
    "{brand} {thing} {material} {colour}",
    "Vintage {brand} {thing} {colour}",
    "{brand} {thing}, {material}, {condition}",
};

constexpr std::string_view kTitlePatterns[] = {
    "Ratgeber: {thing}",
    "{thing} richtig pflegen",
    "{thing} reparieren in fünf Schritten",
    "Alles über: {thing}",
    "{thing}: Trends der Saison",
    "Zehn Fakten: {thing}",
    "{thing}: gebraucht oder neu?",
    "{thing} im Test",
    "Unser Liebling: {thing}",
    "{thing}: eine kurze Geschichte",
};

constexpr std::string_view kSentences[] = {
    "In sehr gutem Zustand und kaum benutzt.",
    "Aus einem Nichtraucherhaushalt.",
    "Versand innerhalb von zwei Werktagen.",
    "Die genaue Farbe ist auf den Bildern zu sehen.",
    "Letztes Jahr gekauft und nur wenige Male getragen.",
    "Ein kleiner Kratzer auf der Rückseite, kaum sichtbar.",
    "Abholung nach Absprache möglich.",
    "Die Originalverpackung ist dabei.",
    "Bei Fragen einfach melden.",
    "Auch schön als Geschenk.",
    "Leicht zu reinigen und sehr haltbar.",
    "Ich verkaufe, weil es nicht mehr passt.",
    "Bei mehreren Artikeln ist der Preis verhandelbar.",
    "Vor dem Verkauf gewaschen und geprüft.",
    "Die Maße stehen auf dem letzten Bild.",
    "Ein zeitloses Stück, das zu allem passt.",
    "Privatverkauf, keine Rücknahme.",
    "Funktioniert einwandfrei.",
    "Bequem, leicht und praktisch für jeden Tag.",
    "Das Material fühlt sich weich und hochwertig an.",
};

constexpr std::string_view kRemarks[] = {
    "Genau wie beschrieben, vielen Dank!",
    "Schnelle Lieferung und gut verpackt.",
    "Sehr gute Qualität für den Preis.",
    "Die Farbe weicht etwas vom Bild ab.",
    "Sehr netter Kontakt, gerne wieder.",
    "Kam später als angekündigt, sonst alles gut.",
    "Meine Tochter liebt es.",
    "Kleiner als gedacht, bitte auf die Größe achten.",
    "Top Verkäufer, sehr zu empfehlen.",
    "Funktioniert bisher gut.",
    "Nicht ganz das, was ich erhofft hatte.",
    "Alles lief reibungslos.",
};

constexpr LocaleData kGerman = {
    .tag = "de_DE",
    .country = "DE",
    .female_names = kFemaleNames,
    .male_names = kMaleNames,
    .last_names = kLastNames,
    .job_titles = kJobTitles,
    .departments = kDepartments,
    .cities = kCities,
    .streets = kStreets,
    .street_address = "{street} {number}",
    .address = "{street_address}, {postcode} {city}",
    .phone_prefix = "+49 199 ",  // 0199 is not dialled between networks
    .phone_digits = 7,
    .company_patterns = kCompanyPatterns,
    .categories = kCategories,
    .colours = kColours,
    .materials = kMaterials,
    .conditions = kConditions,
    .sizes = kSizes,
    .product_patterns = kProductPatterns,
    .title_patterns = kTitlePatterns,
    .sentences = kSentences,
    .remarks = kRemarks,
};

}  // namespace

const LocaleData& german() { return kGerman; }

}  // namespace resow::believable
