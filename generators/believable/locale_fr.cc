#include "generators/believable/locales.h"

namespace resow::believable {
namespace {

constexpr std::string_view kFemaleNames[] = {
    "Adèle",     "Agathe",    "Alice",    "Amandine", "Amélie",   "Anaïs",     "Anne",
    "Audrey",    "Aurélie",   "Béatrice", "Camille",  "Caroline", "Catherine", "Cécile",
    "Céline",    "Charlotte", "Chloé",    "Claire",   "Clémence", "Coralie",   "Delphine",
    "Élise",     "Élodie",    "Emma",     "Estelle",  "Eva",      "Fanny",     "Florence",
    "Gabrielle", "Hélène",    "Inès",     "Isabelle", "Jeanne",   "Jeannine",  "Julie",
    "Juliette",  "Justine",   "Laura",    "Léa",      "Léna",     "Lise",      "Louise",
    "Lucie",     "Madeleine", "Manon",    "Margaux",  "Marie",    "Marion",    "Mathilde",
    "Mélanie",   "Nathalie",  "Nicole",   "Océane",   "Pauline",  "Rose",      "Sandrine",
    "Sarah",     "Solène",    "Sophie",   "Sylvie",   "Valérie",  "Véronique", "Virginie",
    "Zoé",
};

constexpr std::string_view kMaleNames[] = {
    "Adrien",   "Alain",   "Alexandre", "Antoine",  "Arnaud",   "Arthur",     "Baptiste",
    "Benjamin", "Benoît",  "Bernard",   "Bruno",    "Cédric",   "Christophe", "Clément",
    "Damien",   "Daniel",  "David",     "Denis",    "Dylan",    "Émile",      "Éric",
    "Étienne",  "Fabien",  "Florian",   "François", "Frédéric", "Gabriel",    "Gaël",
    "Georges",  "Gérard",  "Guillaume", "Hugo",     "Jacques",  "Jean",       "Jérôme",
    "Joël",     "Jules",   "Julien",    "Kévin",    "Laurent",  "Léo",        "Louis",
    "Lucas",    "Luc",     "Marc",      "Mathieu",  "Maxime",   "Michel",     "Nathan",
    "Nicolas",  "Noé",     "Olivier",   "Pascal",   "Patrick",  "Paul",       "Philippe",
    "Pierre",   "Quentin", "Raphaël",   "Rémi",     "Romain",   "Sébastien",  "Théo",
    "Vincent",
};

constexpr std::string_view kLastNames[] = {
    "André",     "Antoine", "Arnaud",   "Aubert",   "Barbier",   "Baron",     "Benoît",
    "Berger",    "Bernard", "Bertrand", "Blanc",    "Blanchard", "Bonnet",    "Boucher",
    "Bourgeois", "Boyer",   "Brun",     "Brunet",   "Caron",     "Chevalier", "Clément",
    "Colin",     "Cousin",  "David",    "Denis",    "Deschamps", "Dubois",    "Dufour",
    "Dumas",     "Dumont",  "Dupont",   "Dupuis",   "Durand",    "Duval",     "Fabre",
    "Faure",     "Fleury",  "Fontaine", "Fournier", "François",  "Gaillard",  "Garnier",
    "Gauthier",  "Gautier", "Gérard",   "Girard",   "Giraud",    "Guérin",    "Guillaume",
    "Henry",     "Hubert",  "Jacquet",  "Joly",     "Lacroix",   "Lambert",   "Laurent",
    "Leblanc",   "Leclerc", "Lefebvre", "Lefèvre",  "Legrand",   "Lemaire",   "Lemoine",
    "Leroux",    "Leroy",   "Lucas",    "Marchand", "Marie",     "Martin",    "Martinez",
    "Masson",    "Mathieu", "Mercier",  "Meunier",  "Meyer",     "Michel",    "Moreau",
    "Morel",     "Morin",   "Moulin",   "Muller",   "Nicolas",   "Noël",      "Olivier",
    "Perrin",    "Petit",   "Picard",   "Pierre",   "Poirier",   "Renard",    "Renaud",
    "Rey",       "Richard", "Rivière",  "Robert",   "Robin",     "Roche",     "Roger",
    "Rousseau",  "Roussel", "Roux",     "Roy",      "Simon",     "Vidal",
};

constexpr std::string_view kJobTitles[] = {
    "Comptable",
    "Architecte",
    "Menuisière",
    "Cuisinier",
    "Ingénieure civile",
    "Rédacteur",
    "Conseillère clientèle",
    "Analyste de données",
    "Électricienne",
    "Graphiste",
    "Responsable des ressources humaines",
    "Journaliste",
    "Avocate",
    "Bibliothécaire",
    "Logisticienne",
    "Responsable marketing",
    "Mécanicienne",
    "Infirmier",
    "Cheffe de bureau",
    "Photographe",
    "Cheffe de produit",
    "Chef de projet",
    "Commerciale",
    "Développeur",
    "Enseignante",
    "Magasinier",
    "Acheteuse",
    "Fiscaliste",
    "Pharmacienne",
    "Kinésithérapeute",
    "Boulangère",
    "Administrateur système",
};

constexpr std::string_view kDepartments[] = {
    "Comptabilité", "Service client",      "Design",    "Développement",
    "Finances",     "Ressources humaines", "Juridique", "Logistique",
    "Marketing",    "Production",          "Achats",    "Ventes",
};

constexpr City kCities[] = {
    {"Paris", "Île-de-France", "75", 48.857, 2.352},
    {"Marseille", "Provence-Alpes-Côte d'Azur", "13", 43.296, 5.370},
    {"Lyon", "Auvergne-Rhône-Alpes", "69", 45.764, 4.836},
    {"Toulouse", "Occitanie", "31", 43.605, 1.444},
    {"Nice", "Provence-Alpes-Côte d'Azur", "06", 43.710, 7.262},
    {"Nantes", "Pays de la Loire", "44", 47.218, -1.554},
    {"Montpellier", "Occitanie", "34", 43.611, 3.877},
    {"Strasbourg", "Grand Est", "67", 48.573, 7.752},
    {"Bordeaux", "Nouvelle-Aquitaine", "33", 44.838, -0.579},
    {"Lille", "Hauts-de-France", "59", 50.629, 3.057},
    {"Rennes", "Bretagne", "35", 48.117, -1.678},
    {"Reims", "Grand Est", "51", 49.258, 4.032},
    {"Le Havre", "Normandie", "76", 49.494, 0.108},
    {"Saint-Étienne", "Auvergne-Rhône-Alpes", "42", 45.440, 4.387},
    {"Toulon", "Provence-Alpes-Côte d'Azur", "83", 43.125, 5.931},
    {"Grenoble", "Auvergne-Rhône-Alpes", "38", 45.188, 5.724},
    {"Dijon", "Bourgogne-Franche-Comté", "21", 47.322, 5.042},
    {"Angers", "Pays de la Loire", "49", 47.478, -0.563},
    {"Nîmes", "Occitanie", "30", 43.837, 4.360},
    {"Clermont-Ferrand", "Auvergne-Rhône-Alpes", "63", 45.777, 3.087},
    {"Le Mans", "Pays de la Loire", "72", 48.008, 0.199},
    {"Brest", "Bretagne", "29", 48.390, -4.486},
    {"Tours", "Centre-Val de Loire", "37", 47.394, 0.685},
    {"Amiens", "Hauts-de-France", "80", 49.894, 2.296},
    {"Limoges", "Nouvelle-Aquitaine", "87", 45.834, 1.262},
    {"Annecy", "Auvergne-Rhône-Alpes", "74", 45.899, 6.129},
    {"Perpignan", "Occitanie", "66", 42.689, 2.895},
    {"Metz", "Grand Est", "57", 49.120, 6.176},
    {"Besançon", "Bourgogne-Franche-Comté", "25", 47.238, 6.024},
    {"Orléans", "Centre-Val de Loire", "45", 47.903, 1.909},
    {"Rouen", "Normandie", "76", 49.443, 1.099},
    {"Mulhouse", "Grand Est", "68", 47.750, 7.336},
    {"Caen", "Normandie", "14", 49.183, -0.371},
    {"Nancy", "Grand Est", "54", 48.692, 6.184},
    {"Avignon", "Provence-Alpes-Côte d'Azur", "84", 43.949, 4.806},
    {"Poitiers", "Nouvelle-Aquitaine", "86", 46.580, 0.340},
    {"La Rochelle", "Nouvelle-Aquitaine", "17", 46.160, -1.151},
    {"Pau", "Nouvelle-Aquitaine", "64", 43.295, -0.370},
    {"Calais", "Hauts-de-France", "62", 50.951, 1.858},
    {"Ajaccio", "Corse", "20", 41.919, 8.738},
};

constexpr std::string_view kStreets[] = {
    "avenue de la Gare",  "avenue de la République",
    "avenue des Champs",  "avenue Foch",
    "boulevard Carnot",   "boulevard de la Liberté",
    "boulevard Gambetta", "boulevard Voltaire",
    "chemin des Vignes",  "chemin du Moulin",
    "impasse des Lilas",  "impasse du Château",
    "place de la Mairie", "place du Marché",
    "quai de la Loire",   "route de Paris",
    "rue de la Fontaine", "rue de la Paix",
    "rue de la Poste",    "rue de l'Abbaye",
    "rue de l'Église",    "rue de l'École",
    "rue des Acacias",    "rue des Écoles",
    "rue des Fleurs",     "rue des Jardins",
    "rue des Peupliers",  "rue des Roses",
    "rue du Bac",         "rue du Château",
    "rue du Commerce",    "rue du Lavoir",
    "rue du Moulin",      "rue du Stade",
    "rue Jean Jaurès",    "rue Jules Ferry",
    "rue Pasteur",        "rue Saint-Martin",
    "rue Victor Hugo",    "rue Molière",
};

constexpr std::string_view kCompanyPatterns[] = {
    "{last_name} SARL",
    "{last_name} SA",
    "{last_name} SAS",
    "{last_name} et Fils",
    "{last_name} & {other_name}",
    "Établissements {last_name}",
    "Groupe {last_name}",
    "{last_name} Frères",
    "Transports {last_name}",
    "Maison {last_name}",
    "{last_name} Conseil",
    "{last_name} {other_name} SARL",
};

constexpr std::string_view kClothing[] = {"Veste",   "Manteau", "Pull",      "Sweat à capuche",
                                          "T-shirt", "Chemise", "Chemisier", "Robe",
                                          "Jupe",    "Jean",    "Pantalon",  "Gilet"};
constexpr std::string_view kShoes[] = {
    "Baskets", "Bottes", "Sandales", "Mocassins", "Escarpins", "Chaussons", "Chaussures de course",
    "Bottines"};
constexpr std::string_view kAccessories[] = {
    "Sac à main", "Sac à dos", "Portefeuille", "Ceinture", "Écharpe",
    "Chapeau",    "Collier",   "Bracelet",     "Montre",   "Lunettes de soleil"};
constexpr std::string_view kHome[] = {"Lampe",   "Chaise",     "Table d'appoint", "Miroir",
                                      "Vase",    "Tapis",      "Horloge",         "Bibliothèque",
                                      "Coussin", "Couverture", "Plateau",         "Bougeoir"};
constexpr std::string_view kElectronics[] = {"Casque audio", "Appareil photo", "Clavier",
                                             "Écran",        "Enceinte",       "Coque de téléphone",
                                             "Tablette",     "Radio"};
constexpr std::string_view kToys[] = {
    "Puzzle",      "Jeu de société",  "Poupée", "Train électrique",
    "Cerf-volant", "Ours en peluche", "Cubes",  "Jeu de cartes"};
constexpr std::string_view kSport[] = {"Casque de vélo",     "Tente",          "Tapis de yoga",
                                       "Raquette de tennis", "Ballon",         "Patins à glace",
                                       "Bâtons de marche",   "Sac de couchage"};
constexpr std::string_view kBooks[] = {
    "Livre de cuisine", "Roman policier",    "Guide de voyage", "Biographie",
    "Album illustré",   "Recueil de poèmes", "Atlas",           "Bande dessinée"};

constexpr Category kCategories[] = {
    {"Vêtements", kClothing},       {"Chaussures", kShoes},
    {"Accessoires", kAccessories},  {"Maison & Jardin", kHome},
    {"Électronique", kElectronics}, {"Jouets", kToys},
    {"Sport & Loisirs", kSport},    {"Livres", kBooks},
};

constexpr std::string_view kColours[] = {
    "noir",  "blanc",  "gris",      "argent", "or",     "rouge",  "bordeaux",
    "rose",  "orange", "jaune",     "beige",  "crème",  "marron", "vert",
    "olive", "menthe", "turquoise", "bleu",   "marine", "violet",
};
constexpr std::string_view kMaterials[] = {
    "coton", "lin",    "laine", "soie",   "denim", "cuir",  "daim",      "velours",
    "toile", "feutre", "acier", "bambou", "bois",  "verre", "céramique", "plastique recyclé",
};
constexpr std::string_view kConditions[] = {"Neuf", "Comme neuf", "Très bon état", "Bon état",
                                            "État correct"};
constexpr std::string_view kSizes[] = {"34", "36", "38", "40", "42", "44"};

constexpr std::string_view kProductPatterns[] = {
    "{thing} {brand} {colour}",
    "{thing} {brand} en {material}",
    "{thing} {brand} {colour}, taille {size}",
    "{thing} {colour} de {brand}",
    "{thing} {brand} - {condition}",
    "{thing} en {material} {brand} {colour}",
    "{thing} vintage {brand} {colour}",
    "{thing} {brand}, {material}, {condition}",
};

constexpr std::string_view kTitlePatterns[] = {
    "{thing} : le guide d'achat",
    "{thing} : l'entretien en pratique",
    "{thing} : la réparation en cinq étapes",
    "Tout savoir : {thing}",
    "{thing} : les tendances de la saison",
    "Dix faits : {thing}",
    "{thing} : neuf ou d'occasion ?",
    "{thing} : le banc d'essai",
    "Notre favori : {thing}",
    "{thing} : une brève histoire",
};

constexpr std::string_view kSentences[] = {
    "En très bon état, presque jamais utilisé.",
    "Maison non-fumeur.",
    "Envoi sous deux jours ouvrés.",
    "Voir les photos pour la couleur exacte.",
    "Acheté l'an dernier et porté quelques fois seulement.",
    "Une petite rayure au dos, à peine visible.",
    "Remise en main propre possible.",
    "L'emballage d'origine est fourni.",
    "N'hésitez pas à me contacter pour toute question.",
    "Parfait pour un cadeau.",
    "Facile à nettoyer et fait pour durer.",
    "Je vends car ce n'est plus ma taille.",
    "Prix négociable pour plusieurs articles.",
    "Lavé et vérifié avant la vente.",
    "Les dimensions sont sur la dernière photo.",
    "Un classique qui va avec tout.",
    "Vente entre particuliers, sans retour.",
    "Fonctionne parfaitement.",
    "Confortable, léger et pratique au quotidien.",
    "La matière est douce et de belle qualité.",
};

constexpr std::string_view kRemarks[] = {
    "Conforme à la description, merci beaucoup !",
    "Livraison rapide et colis soigné.",
    "Très bon rapport qualité-prix.",
    "La couleur diffère un peu de la photo.",
    "Vendeur très sympathique, à recommander.",
    "Arrivé plus tard que prévu, sinon parfait.",
    "Ma fille l'adore.",
    "Plus petit que prévu, attention à la taille.",
    "Excellent vendeur, je recommande.",
    "Fonctionne bien pour l'instant.",
    "Pas tout à fait ce que j'espérais.",
    "Tout s'est bien passé.",
};

constexpr LocaleData kFrench = {
    .tag = "fr_FR",
    .country = "FR",
    .female_names = kFemaleNames,
    .male_names = kMaleNames,
    .last_names = kLastNames,
    .job_titles = kJobTitles,
    .departments = kDepartments,
    .cities = kCities,
    .streets = kStreets,
    .street_address = "{number} {street}",
    .address = "{street_address}, {postcode} {city}",
    .phone_prefix = "+33 1 99 00 ",  // kept for fiction
    .phone_digits = 4,
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

const LocaleData& french() { return kFrench; }

}  // namespace resow::believable
