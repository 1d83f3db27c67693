#include "generators/believable/locales.h"

namespace resow::believable {
namespace {

constexpr std::string_view kFemaleNames[] = {
    "Alice",   "Amelia", "Anna",     "Audrey",  "Bella",   "Brooke",  "Caroline", "Charlotte",
    "Chloe",   "Claire", "Daisy",    "Eleanor", "Ella",    "Emily",   "Emma",     "Erin",
    "Eva",     "Faith",  "Fiona",    "Freya",   "Georgia", "Grace",   "Hannah",   "Harriet",
    "Heather", "Holly",  "Isabel",   "Ivy",     "Jasmine", "Jessica", "Julia",    "Kate",
    "Laura",   "Leah",   "Lily",     "Lucy",    "Maya",    "Megan",   "Mia",      "Molly",
    "Naomi",   "Nora",   "Olivia",   "Phoebe",  "Rachel",  "Rebecca", "Rose",     "Ruby",
    "Ruth",    "Sarah",  "Scarlett", "Sophia",  "Stella",  "Tara",    "Tessa",    "Victoria",
    "Violet",  "Wendy",  "Willow",   "Zoe",     "Abigail", "Beth",    "Diana",    "Joanna",
};

constexpr std::string_view kMaleNames[] = {
    "Aaron",  "Adam",    "Alexander", "Andrew",  "Anthony", "Arthur", "Austin",   "Ben",
    "Caleb",  "Cameron", "Charles",   "Colin",   "Connor",  "Daniel", "David",    "Dominic",
    "Dylan",  "Edward",  "Elliot",    "Ethan",   "Evan",    "Felix",  "Finn",     "Gabriel",
    "Gavin",  "George",  "Graham",    "Harry",   "Henry",   "Hugo",   "Ian",      "Isaac",
    "Jack",   "Jacob",   "James",     "Jason",   "Joel",    "John",   "Jonathan", "Joseph",
    "Joshua", "Kevin",   "Leo",       "Liam",    "Logan",   "Louis",  "Luke",     "Marcus",
    "Martin", "Matthew", "Max",       "Michael", "Nathan",  "Noah",   "Oliver",   "Oscar",
    "Owen",   "Patrick", "Peter",     "Robert",  "Samuel",  "Simon",  "Thomas",   "William",
};

constexpr std::string_view kLastNames[] = {
    "Adams",      "Allen",    "Anderson", "Bailey",   "Baker",  "Barnes",    "Bell",
    "Bennett",    "Brooks",   "Brown",    "Bryant",   "Butler", "Campbell",  "Carter",
    "Chapman",    "Clark",    "Coleman",  "Collins",  "Cook",   "Cooper",    "Cox",
    "Davies",     "Davis",    "Dixon",    "Edwards",  "Ellis",  "Evans",     "Fisher",
    "Foster",     "Fox",      "Garcia",   "Gibson",   "Graham", "Grant",     "Gray",
    "Green",      "Griffin",  "Hall",     "Hamilton", "Harris", "Harrison",  "Hayes",
    "Henderson",  "Hill",     "Holmes",   "Howard",   "Hughes", "Hunt",      "Hunter",
    "Jackson",    "James",    "Jenkins",  "Johnson",  "Jones",  "Jordan",    "Kelly",
    "Kennedy",    "King",     "Knight",   "Lee",      "Lewis",  "Lloyd",     "Long",
    "Marshall",   "Martin",   "Martinez", "Mason",    "Miller", "Mills",     "Mitchell",
    "Moore",      "Morgan",   "Morris",   "Murphy",   "Murray", "Myers",     "Nelson",
    "Nguyen",     "O'Brien",  "Palmer",   "Parker",   "Patel",  "Patterson", "Perry",
    "Phillips",   "Porter",   "Powell",   "Price",    "Reed",   "Reynolds",  "Richards",
    "Richardson", "Rivera",   "Roberts",  "Robinson", "Rogers", "Rose",      "Ross",
    "Russell",    "Ryan",     "Sanders",  "Scott",    "Shaw",   "Simmons",   "Simpson",
    "Smith",      "Spencer",  "Stevens",  "Stewart",  "Stone",  "Sullivan",  "Taylor",
    "Thomas",     "Thompson", "Torres",   "Turner",   "Walker", "Wallace",   "Walsh",
    "Ward",       "Watson",   "Webb",     "West",     "White",  "Williams",  "Wilson",
    "Wood",       "Young",
};

constexpr std::string_view kJobTitles[] = {
    "Accountant",
    "Account Manager",
    "Architect",
    "Buyer",
    "Carpenter",
    "Chef",
    "Civil Engineer",
    "Copywriter",
    "Customer Support Agent",
    "Data Analyst",
    "Database Administrator",
    "Electrician",
    "Event Manager",
    "Financial Analyst",
    "Graphic Designer",
    "Human Resources Manager",
    "Journalist",
    "Lawyer",
    "Librarian",
    "Logistics Coordinator",
    "Marketing Manager",
    "Mechanic",
    "Nurse",
    "Office Manager",
    "Operations Manager",
    "Photographer",
    "Product Manager",
    "Project Manager",
    "Sales Representative",
    "Software Engineer",
    "Teacher",
    "Warehouse Worker",
};

constexpr std::string_view kDepartments[] = {
    "Accounting", "Customer Service", "Design",    "Engineering", "Finance",    "Human Resources",
    "Legal",      "Logistics",        "Marketing", "Operations",  "Purchasing", "Sales",
};

constexpr City kCities[] = {
    {"New York", "NY", "100", 40.713, -74.006},
    {"Los Angeles", "CA", "900", 34.052, -118.244},
    {"Chicago", "IL", "606", 41.878, -87.630},
    {"Houston", "TX", "770", 29.760, -95.370},
    {"Phoenix", "AZ", "850", 33.448, -112.074},
    {"Philadelphia", "PA", "191", 39.953, -75.165},
    {"San Antonio", "TX", "782", 29.424, -98.494},
    {"San Diego", "CA", "921", 32.716, -117.161},
    {"Dallas", "TX", "752", 32.777, -96.797},
    {"Austin", "TX", "787", 30.267, -97.743},
    {"Jacksonville", "FL", "322", 30.332, -81.656},
    {"Columbus", "OH", "432", 39.961, -82.999},
    {"Charlotte", "NC", "282", 35.227, -80.843},
    {"Indianapolis", "IN", "462", 39.768, -86.158},
    {"San Francisco", "CA", "941", 37.775, -122.419},
    {"Seattle", "WA", "981", 47.606, -122.332},
    {"Denver", "CO", "802", 39.739, -104.990},
    {"Boston", "MA", "021", 42.360, -71.059},
    {"Nashville", "TN", "372", 36.163, -86.781},
    {"Portland", "OR", "972", 45.515, -122.678},
    {"Las Vegas", "NV", "891", 36.170, -115.140},
    {"Detroit", "MI", "482", 42.331, -83.046},
    {"Memphis", "TN", "381", 35.150, -90.049},
    {"Baltimore", "MD", "212", 39.290, -76.612},
    {"Milwaukee", "WI", "532", 43.039, -87.907},
    {"Albuquerque", "NM", "871", 35.084, -106.650},
    {"Tucson", "AZ", "857", 32.222, -110.975},
    {"Sacramento", "CA", "958", 38.582, -121.494},
    {"Kansas City", "MO", "641", 39.100, -94.579},
    {"Atlanta", "GA", "303", 33.749, -84.388},
    {"Omaha", "NE", "681", 41.257, -95.934},
    {"Miami", "FL", "331", 25.762, -80.192},
    {"Minneapolis", "MN", "554", 44.978, -93.265},
    {"Tampa", "FL", "336", 27.951, -82.457},
    {"New Orleans", "LA", "701", 29.951, -90.072},
    {"Cleveland", "OH", "441", 41.500, -81.694},
    {"Pittsburgh", "PA", "152", 40.441, -79.996},
    {"Cincinnati", "OH", "452", 39.103, -84.512},
    {"Salt Lake City", "UT", "841", 40.761, -111.891},
    {"Madison", "WI", "537", 43.073, -89.401},
};

constexpr std::string_view kStreets[] = {
    "Adams Street",    "Ash Street",    "Bay Road",       "Birch Lane",       "Bridge Street",
    "Broad Street",    "Cedar Avenue",  "Chapel Road",    "Cherry Lane",      "Chestnut Street",
    "Church Street",   "Clay Street",   "Court Street",   "Elm Street",       "Forest Avenue",
    "Franklin Street", "Front Street",  "Garden Lane",    "Green Street",     "Harbor Drive",
    "Highland Avenue", "Hill Road",     "Jackson Street", "Lake Shore Drive", "Lincoln Avenue",
    "Main Street",     "Maple Avenue",  "Market Street",  "Meadow Lane",      "Mill Road",
    "North Avenue",    "Oak Street",    "Orchard Road",   "Park Avenue",      "Pine Street",
    "River Road",      "School Street", "Spring Street",  "Valley Road",      "Walnut Street",
};

constexpr std::string_view kCompanyPatterns[] = {
    "{last_name} Inc.",       "{last_name} LLC",       "{last_name} & {other_name}",
    "{last_name} & Sons",     "{last_name} Group",     "{last_name}, {other_name} & Co.",
    "{last_name} Trading",    "{last_name} Logistics", "{last_name} Consulting",
    "{last_name} Industries", "{last_name} Partners",  "{last_name} and {other_name} Ltd",
};

constexpr std::string_view kClothing[] = {"Jacket",  "Coat",  "Sweater",  "Hoodie",
                                          "T-Shirt", "Shirt", "Blouse",   "Dress",
                                          "Skirt",   "Jeans", "Trousers", "Cardigan"};
constexpr std::string_view kShoes[] = {"Sneakers", "Boots",    "Sandals",       "Loafers",
                                       "Heels",    "Slippers", "Running Shoes", "Ankle Boots"};
constexpr std::string_view kAccessories[] = {"Handbag", "Backpack",  "Wallet",   "Belt",
                                             "Scarf",   "Hat",       "Necklace", "Bracelet",
                                             "Watch",   "Sunglasses"};
constexpr std::string_view kHome[] = {"Lamp",   "Chair",   "Side Table", "Mirror",
                                      "Vase",   "Rug",     "Clock",      "Bookshelf",
                                      "Pillow", "Blanket", "Tray",       "Candle Holder"};
constexpr std::string_view kElectronics[] = {"Headphones", "Camera",     "Keyboard", "Monitor",
                                             "Speaker",    "Phone Case", "Tablet",   "Radio"};
constexpr std::string_view kToys[] = {"Puzzle",          "Board Game", "Doll",
                                      "Train Set",       "Kite",       "Teddy Bear",
                                      "Building Blocks", "Card Game"};
constexpr std::string_view kSport[] = {"Bike Helmet", "Tent",   "Yoga Mat",     "Tennis Racket",
                                       "Football",    "Skates", "Hiking Poles", "Sleeping Bag"};
constexpr std::string_view kBooks[] = {"Cookbook",  "Crime Novel",  "Travel Guide",
                                       "Biography", "Picture Book", "Poetry Collection",
                                       "Atlas",     "Comic"};

constexpr Category kCategories[] = {
    {"Clothing", kClothing},       {"Shoes", kShoes},
    {"Accessories", kAccessories}, {"Home & Garden", kHome},
    {"Electronics", kElectronics}, {"Toys", kToys},
    {"Sports & Outdoors", kSport}, {"Books", kBooks},
};

constexpr std::string_view kColours[] = {
    "Black", "White", "Grey",  "Silver", "Gold",  "Red",  "Burgundy",  "Pink", "Orange", "Yellow",
    "Beige", "Cream", "Brown", "Green",  "Olive", "Mint", "Turquoise", "Blue", "Navy",   "Purple",
};
constexpr std::string_view kMaterials[] = {
    "Cotton", "Linen", "Wool",  "Silk",   "Denim", "Leather", "Suede",   "Velvet",
    "Canvas", "Felt",  "Steel", "Bamboo", "Wood",  "Glass",   "Ceramic", "Recycled Plastic",
};
constexpr std::string_view kConditions[] = {"New", "Like New", "Very Good", "Good", "Acceptable"};
constexpr std::string_view kSizes[] = {"XS", "S", "M", "L", "XL", "XXL"};

constexpr std::string_view kProductPatterns[] = {
    "{brand} {thing} {colour}",
    "{brand} {material} {thing}",
    "{brand} {thing} {colour}, Size {size}",
    "{colour} {thing} by {brand}",
    "{thing} {brand} - {condition}",
    "{brand} {material} {thing} {colour}",
    "Vintage {brand} {thing} {colour}",
    "{brand} {thing}, {material}, {condition}",
};

constexpr std::string_view kTitlePatterns[] = {
    "{thing} Buying Guide",           "{thing} Care: What Really Matters",
    "{thing} Repair in Five Steps",   "Everything About: {thing}",
    "{thing} Trends for This Season", "Ten Facts: {thing}",
    "{thing}: Second Hand or New?",   "{thing} Under Test",
    "Our Favourite {thing}",          "{thing}: A Short History",
};

constexpr std::string_view kSentences[] = {
    "In very good condition and hardly ever used.",
    "Comes from a smoke-free home.",
    "Shipped within two working days.",
    "Please look at the pictures for the exact colour.",
    "Bought last year and worn only a few times.",
    "A small scratch on the back, barely visible.",
    "Pick-up is possible by arrangement.",
    "The original packaging is included.",
    "Feel free to ask if you have any questions.",
    "Perfect as a gift.",
    "Easy to clean and made to last.",
    "I am selling it because it no longer fits.",
    "Price is negotiable for more than one item.",
    "It has been washed and checked before the sale.",
    "The measurements are given in the last picture.",
    "A timeless piece that goes with everything.",
    "No returns, as this is a private sale.",
    "Works without any problems.",
    "Comfortable, light and practical for every day.",
    "The material feels soft and of high quality.",
};

constexpr std::string_view kRemarks[] = {
    "Exactly as described, many thanks!",
    "Fast delivery and well packed.",
    "Great quality for the price.",
    "The colour differs a little from the picture.",
    "Very friendly contact, gladly again.",
    "Arrived later than announced, otherwise fine.",
    "My daughter loves it.",
    "Smaller than expected, please check the size.",
    "Top seller, highly recommended.",
    "Works well so far.",
    "Not quite what I had hoped for.",
    "Everything went smoothly.",
};

constexpr LocaleData kEnglish = {
    .tag = "en_US",
    .country = "US",
    .female_names = kFemaleNames,
    .male_names = kMaleNames,
    .last_names = kLastNames,
    .job_titles = kJobTitles,
    .departments = kDepartments,
    .cities = kCities,
    .streets = kStreets,
    .street_address = "{number} {street}",
    .address = "{street_address}, {city}, {region} {postcode}",
    .phone_prefix = "+1 555 ",  // an area code that is nobody's
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

const LocaleData& english() { return kEnglish; }

}  // namespace resow::believable
